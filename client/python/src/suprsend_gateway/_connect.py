from __future__ import annotations

import importlib.resources
import os
import pathlib
import ssl
from collections.abc import Sequence
from typing import Any

import grpc

Options = Sequence[tuple[str, Any]]


def mtls_from_files(
    *, ca_file: str | os.PathLike[str], cert_file: str | os.PathLike[str], key_file: str | os.PathLike[str]
) -> grpc.ChannelCredentials:
    """Credentials for mTLS from three PEM files.

    ca_file: who vouches for the gateway.
    cert_file: the caller's certificate with its chain.
    key_file: its key, not encrypted.

    They are read once, here: gRPC for Python cannot follow changes, so make a new client when they change.
    Raises OSError for a file that cannot be read, and ValueError for what is no PEM and for a key that does
    not fit.
    """
    for name, file in {"ca_file": ca_file, "cert_file": cert_file, "key_file": key_file}.items():
        if not file:
            raise ValueError(f"{name} is missing")
    ca, cert, key = (pathlib.Path(file).read_bytes() for file in (ca_file, cert_file, key_file))
    # gRPC would only log what is wrong with them, and call the gateway unreachable.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    checked = f"ca_file {os.fspath(ca_file)}"
    try:
        context.load_verify_locations(ca_file)
        checked = f"cert_file {os.fspath(cert_file)} with key_file {os.fspath(key_file)}"
        context.load_cert_chain(cert_file, key_file, password="")  # Or OpenSSL asks the terminal for one.
    except ssl.SSLError as error:
        raise ValueError(f"{checked}: {error}") from error
    return grpc.ssl_channel_credentials(root_certificates=ca, private_key=key, certificate_chain=cert)


def channel_options(target: str, extra: Options) -> list[tuple[str, Any]]:
    """The client's own options with `extra`, which wins. Raises ValueError for a target that is none."""
    if not isinstance(target, str) or not target:
        raise ValueError(f'target must be a gRPC target like "host:port", not {target!r}')
    service_config = importlib.resources.files(__package__).joinpath("service_config.json")
    own = {
        "grpc.service_config": service_config.read_text(),
        "grpc.enable_http_proxy": 0,
        # A gateway that has died without a word is noticed while calls wait for it.
        "grpc.keepalive_time_ms": 30_000,
        "grpc.keepalive_timeout_ms": 10_000,
    }
    return list({**own, **dict(extra)}.items())
