"""A real gateway with TLS for statusz_test.py, and callers with certificates: curl, which speaks HTTP/2."""

import os
import pathlib
import re
import secrets
import signal
import subprocess

import processes

METHOD = "/suprsend.gateway.v1.WorkflowService/CancelWorkflow"
SERVING = re.compile(r" serving on 127\.0\.0\.1:(\d+) with TLS, admin on 127\.0\.0\.1:(\d+), ")
SECONDS_TO_START = 20
# What an attacker would have in a certificate, if somebody signed it.
HOSTILE = "spiffe://test/<img/src=//evil.test/a><script>document.title='pwned'</script>&amp;"


class Gateway:
    """Ends with the `with` block, and must end with 0."""

    def __init__(self, binary, upstream, api_key, directory):
        self.directory = pathlib.Path(directory)
        hmac_key = secrets.token_hex(32)
        self.key_file = self._write("api_key", api_key)
        self._make_authority()
        self.issue_server_certificate(days=30)
        self._issue("billing", "URI:spiffe://test/billing", 1)
        self._issue("hostile", f"URI:{HOSTILE}", 1)
        tls_key = (self.directory / "server.key").read_text().splitlines()[1]
        self.secrets = [api_key, hmac_key, tls_key]
        self.log = self.directory / "log"
        flags = {
            "listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0", "upstream_url": upstream,
            "api_key_file": self.key_file, "tls_cert_file": self.directory / "server.crt",
            "tls_key_file": self.directory / "server.key", "client_ca_file": self.directory / "ca.crt",
            "allow_any_verified_caller": "true", "audit_log": self.directory / "audit.log",
            "audit_hmac_key_file": self._write("hmac_key", hmac_key), "max_attempts": "1",
            "breaker_min_attempts": "5", "breaker_window": "5m", "breaker_probe_interval": "1m", "drain_delay": "0s",
        }
        with open(self.log, "w") as stderr:
            self.process = subprocess.Popen(
                [binary, *(f"--{name}={value}" for name, value in flags.items())], stderr=stderr)
        self.port, self.admin_port = self._wait_for_ports()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        if code != 0:
            raise AssertionError(f"the gateway ended with {code}: {self.log.read_text()}")

    def _wait_for_ports(self):
        try:
            ports = processes.wait_for_line(self.process, self.log, SERVING, SECONDS_TO_START)
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise
        return tuple(map(int, ports))

    def cancel(self, caller, workflow, traceparent=None):
        """Calls CancelWorkflow, without a filter where `workflow` is None; returns the grpc-status."""
        name = "hostile" if caller == HOSTILE else caller
        # Field 4, and a recipient, field 2: the emulator takes no workflow alone.
        filters = b"" if workflow is None else b"".join(
            bytes([tag, len(text)]) + text for tag, text in ((0x22, workflow.encode()), (0x12, b"ann")))
        headers = ["content-type: application/grpc", "te: trailers"]
        headers += [f"traceparent: {traceparent}"] if traceparent else []
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--http2", "--noproxy", "*", "--max-time", "30",
             "--cacert", self.directory / "ca.crt", "--cert", self.directory / f"{name}.crt",
             "--key", self.directory / f"{name}.key", *(f"-H{header}" for header in headers),
             "--data-binary", "@-", "--dump-header", "-", "--output", os.devnull,
             f"https://127.0.0.1:{self.port}{METHOD}"],
            input=b"\0" + len(filters).to_bytes(4, "big") + filters, capture_output=True)
        match = re.search(rb"^grpc-status: (\d+)", done.stdout, re.MULTILINE)
        if match is None:
            raise AssertionError(f"no answer to a call: {done.stdout!r} {done.stderr!r}")
        return match.group(1).decode()

    def spoil_key_file(self):
        self._write("api_key", "two words\n")

    def issue_server_certificate(self, days):
        self._issue("server", "IP:127.0.0.1", days)

    def _make_authority(self):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=statusz", "-days", "60")

    def _issue(self, name, subject_alt_name, days):
        key = self.directory / f"{name}.key"
        if not key.exists():
            self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key.name)
        kind, _, value = subject_alt_name.partition(":")
        extensions = self._write(f"{name}.ext", f'subjectAltName = @names\n[names]\n{kind}.1 = "{value}"\n')
        self._openssl("req", "-new", "-key", key.name, "-out", "request", "-subj", f"/CN={name}")
        self._openssl("x509", "-req", "-in", "request", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                      "-extfile", extensions.name, "-days", str(days), "-out", f"{name}.new")
        # As a whole, as the README asks.
        (self.directory / f"{name}.new").rename(self.directory / f"{name}.crt")

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.directory, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"openssl {' '.join(arguments)}: {done.stderr}")

    def _write(self, name, text):
        path = self.directory / name
        path.with_suffix(".tmp").write_text(text)
        path.with_suffix(".tmp").rename(path)
        return path
