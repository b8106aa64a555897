"""Starts the real gateway as a manifest's container would: its flags, and files mounted as a kubelet does."""

import base64
import contextlib
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.request

import manifest_model
import processes

SERVING = re.compile(r" serving on \S+(?: with TLS)?, admin on \S+:(\d+), ")
SECONDS_TO_START = 20


def certificates(directory):
    """An authority and a server's certificate by it: the files of a kubernetes.io/tls Secret."""
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    commands = [
        ["req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=trial", "-days", "2"],
        ["req", *new_key, "-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=gateway"],
        ["x509", "-req", "-in", "tls.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"]
        + ["-out", "tls.crt", "-days", "2"],
    ]
    for command in commands:
        subprocess.run(["openssl", *command], cwd=directory, check=True, capture_output=True)
    return {name: (directory / name).read_bytes() for name in ("tls.crt", "tls.key", "ca.crt")}


def throwaway(name, scratch):
    """What the operator puts into the Secrets and ConfigMaps that the manifests name and do not hold."""
    if name == "suprsend-gateway-tls":
        return certificates(scratch)
    if name == "suprsend-gateway-caller-ca":
        return {"ca.crt": (scratch / "ca.crt").read_bytes()}
    if name == "suprsend-gateway-api-key":
        return {"api_key": b"throwaway-key\n"}
    if name == "suprsend-gateway-audit-key":
        return {"audit_key": b"0123456789abcdef0123456789abcdef\n"}
    raise AssertionError(f"{name}: what does the operator put into it?")


def content_of(volume, overlay, scratch):
    """Also of a source of a projected volume, which names a Secret otherwise and says what it takes of it."""
    if "projected" in volume:
        parts = [content_of(source, overlay, scratch) for source in volume["projected"]["sources"]]
        return {path: content for part in parts for path, content in part.items()}
    kind, source = ("Secret", volume["secret"]) if "secret" in volume else ("ConfigMap", volume["configMap"])
    name = source.get("secretName") or source["name"]
    for document in overlay.of_kind(kind):
        if document["metadata"]["name"] == name:
            decode = base64.b64decode if kind == "Secret" else str.encode
            whole = {key: decode(value) for key, value in document["data"].items()}
            break
    else:
        whole = throwaway(name, scratch)
    items = source.get("items", [{"key": key, "path": key} for key in whole])
    return {item["path"]: whole[item["key"]] for item in items}


def mount(directory, content):
    """As a kubelet does: every file is a link through ..data, which is swapped when the content changes."""
    data = directory / "..2026_01_01"
    data.mkdir(parents=True)
    (directory / "..data").symlink_to(data.name)
    for name, value in content.items():
        (data / name).write_bytes(value)
        (directory / name).symlink_to(f"..data/{name}")


def place(arg, mounts):
    """The flag, with a mounted path where the trial has it, and a port of the system's choice."""
    name, equals, value = arg.partition("=")
    if name in ("--listen", "--admin_listen"):
        return f"{name}={value.rpartition(':')[0]}:0"
    for path, directory in mounts.items():
        if value.startswith(path + "/"):
            return f"{name}={directory}{value.removeprefix(path)}"
    return arg


@contextlib.contextmanager
def started(binary, overlay):
    """Yields the admin port of a gateway that serves; AssertionError with its words where it does not."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        volumes = {volume["name"]: volume for volume in overlay.pod["volumes"]}
        mounts = {}
        for number, mounted in enumerate(overlay.container(manifest_model.GATEWAY)["volumeMounts"]):
            directory = scratch / f"mount-{number}"
            mount(directory, content_of(volumes[mounted["name"]], overlay, scratch))
            mounts[mounted["mountPath"]] = directory
        command = [binary, *(place(arg, mounts) for arg in overlay.args)]
        log = scratch / "log"
        with open(log, "w") as stderr, open(scratch / "stdout", "w") as stdout:
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr, env={})
        try:
            yield int(processes.wait_for_line(process, log, SERVING, SECONDS_TO_START)[0])
        finally:
            process.send_signal(signal.SIGINT)  # Without the drain delay.
            code = process.wait(timeout=60)
        if code != 0:
            raise AssertionError(f"the gateway ended with {code}: {log.read_text()}")


def answer(port, path):
    """The status of GET on the admin port."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
