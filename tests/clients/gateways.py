"""The real gateways, and what else answers, that the vectors call by name.

Each is started when it is first asked for, in front of an emulator of its own, and stays.
"""

import contextlib
import json
import pathlib
import re
import socket
import ssl
import subprocess
import threading

import certificates
import emulator_process
import processes

SERVING = re.compile(r" serving on \S+:(\d+)(?: with TLS)?, admin on ")
POLICY = {
    "callers": {
        "allowed.test": {"allow_open_calls": True, "allow_slug_alone": True},
        "limited.test": {"workflow_slugs": ["only-this-one"], "must_name_slug": True},
        "quota.test": {"allow_open_calls": True, "calls_per_second": 0.001, "burst": 1},
    }
}
# What a call does once, so that the next one finds the gateway as its name says.
PROBE = {"recipients": ["probe"], "workflow_slug": "probe"}


class Gateway:
    """One gateway with its emulator; `target` is where clients find it."""

    def __init__(self, build, folder, flags=(), upstream=None, listen="127.0.0.1:0"):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.emulator = emulator_process.Emulator(build / "bin/suprsend-emulator")
        (folder / "key").write_text(emulator_process.API_KEY)
        self.command = [
            build / "bin/suprsend-gateway",
            f"--api_key_file={folder}/key",
            f"--upstream_url={upstream or self.emulator.url}",
            f"--listen={listen}",
            "--admin_listen=127.0.0.1:0",
            "--drain_delay=0s",
            "--access_log=false",
            *flags,
        ]
        try:
            self.start()
        except BaseException:
            self.end()  # It would live on, and hold the test's own output.
            raise

    def start(self):
        log = self.folder / "log"
        with open(log, "w") as stderr:
            self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=stderr)
        (port,) = processes.wait_for_line(self.process, log, SERVING)
        self.target = f"127.0.0.1:{port}"

    def restart(self):
        """At the same port."""
        self.stop()
        self.command = [f"--listen={self.target}" if str(w).startswith("--listen=") else w for w in self.command]
        self.start()

    def stop(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.stop()
        self.emulator.stop()

    def requests(self):
        """What it has sent, oldest first."""
        return [r for r in self.emulator.requests() if r["path"] == emulator_process.CANCEL]

    def forget(self):
        self.emulator.call("DELETE", "/_emulator/state", key=None)


class Place:
    """A target that is no gateway."""

    def __init__(self, target, end=lambda: None):
        self.target = target
        self.end = end


class Gateways(contextlib.ExitStack):
    def __init__(self, source, build, folder):
        super().__init__()
        self.source = source
        self.build = pathlib.Path(build)
        self.folder = pathlib.Path(folder)
        self.certificates = certificates.make(self.folder / "certificates")
        self.started = {}

    def __getitem__(self, name):
        if name not in self.started:
            self.started[name] = getattr(self, f"_{name}")()
            self.callback(self.started[name].end)
        return self.started[name]

    def silent_socket(self):
        """Takes connections, and never says a word; with its address."""
        listening = self.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1000))
        return listening, f"127.0.0.1:{listening.getsockname()[1]}"

    def closed_port(self):
        """An address that nobody listens at, and nobody else will."""
        held = self.enter_context(socket.socket())
        held.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{held.getsockname()[1]}"

    def new_gateway(self, name, *flags, **options):
        return Gateway(self.build, self.folder / name, flags, **options)

    def gatewayctl(self, gateway, request, *options, wait=True):
        """Has a call made, beside the client that is tried."""
        command = [self.build / "bin/gatewayctl", "cancel", f"--address={gateway.target}", *options]
        command += [f"--recipient={r}" for r in request["recipients"]]
        command += [f"--workflow_slug={request['workflow_slug']}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if wait:
            process.wait(timeout=60)
        else:
            self.callback(process.wait)  # Its gateway has ended by then.

    # By name, from here on.

    def _plain(self):
        return self.new_gateway("plain", "--max_attempts=1", "--breaker_failure_percent=0")

    # Ends calls by its own limit: near a caller's deadline its words may come too late.
    def _impatient(self):
        return self.new_gateway("impatient", "--max_attempts=1", "--breaker_failure_percent=0", "--max_deadline=2s")

    def _patient(self):
        return self.new_gateway("patient", "--max_attempts=1", "--attempt_timeout=25s")

    def _retrying(self):
        return self.new_gateway("retrying", "--breaker_failure_percent=0")

    def _rate_limited(self):
        return self.new_gateway("rate_limited", "--max_attempts=1")

    def _unreachable(self):
        upstream = f"http://{self.closed_port()}"
        return self.new_gateway("unreachable", "--max_attempts=1", "--breaker_failure_percent=0", upstream=upstream)

    def _untrusted(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificates / "gateway.crt", self.certificates / "gateway.key")
        listening, address = self.silent_socket()

        def answer():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with contextlib.suppress(OSError):
                        context.wrap_socket(connection, server_side=True).close()

        threading.Thread(target=answer, daemon=True).start()
        return self.new_gateway("untrusted", "--max_attempts=1", "--connect_timeout=20s", upstream=f"https://{address}")

    def _slow_handshake(self):
        _, address = self.silent_socket()
        return self.new_gateway(
            "slow_handshake", "--max_attempts=1", "--connect_timeout=20s", "--max_deadline=2s",
            upstream=f"https://{address}")  # fmt: skip

    def _open_circuit(self):
        gateway = self.new_gateway(
            "open_circuit", "--max_attempts=1", "--breaker_min_attempts=1", "--breaker_failure_percent=1",
            "--breaker_window=60s", "--breaker_probe_interval=60s")  # fmt: skip
        gateway.emulator.set_faults({"status": 503})
        self.gatewayctl(gateway, PROBE)
        gateway.forget()
        return gateway

    def _full(self):
        gateway = self.new_gateway("full", "--max_attempts=1", "--max_in_flight=1", "--max_deadline=10m")
        gateway.emulator.set_faults({"delay_ms": 600000})
        self.gatewayctl(gateway, PROBE, "--timeout=10m", wait=False)
        processes.wait_until(lambda: gateway.requests(), "the call that fills the gateway is there")
        return gateway

    def _unaudited(self):
        (self.folder / "audit_key").write_text("0123456789abcdef0123456789abcdef\n")
        gateway = self.new_gateway(
            "unaudited", "--audit_log=/dev/full", f"--audit_hmac_key_file={self.folder}/audit_key",
            "--audit_failure=closed")  # fmt: skip
        self.gatewayctl(gateway, PROBE)  # Its record is the first that cannot be written.
        log = gateway.folder / "log"
        processes.wait_until(lambda: "audit log:" in log.read_text(), "the gateway knows that it cannot be written")
        gateway.forget()
        return gateway

    def _mtls(self, certificate="gateway"):
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps(POLICY))
        files = self.certificates
        return self.new_gateway(
            f"mtls-{certificate}", "--max_attempts=1", f"--tls_cert_file={files}/{certificate}.crt",
            f"--tls_key_file={files}/{certificate}.key", f"--client_ca_file={files}/ca.crt",
            f"--caller_policy_file={policy}")  # fmt: skip

    def _misnamed(self):
        return self._mtls("misnamed")

    def _nobody(self):
        return Place(self.closed_port())

    def _stand_in(self):
        import stand_in  # It needs packages that not every user of this module has.

        return stand_in.StandIn(self.source, self.folder)
