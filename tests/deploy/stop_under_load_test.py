#!/usr/bin/env python3
"""Stops one of two gateways under load, as a cluster does: no call fails, or reaches SuprSend twice.

Usage: stop_under_load_test.py SOURCE_DIR BUILD_DIR
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest
import urllib.request

import container
import deploy_tools
import processes

KEY = "emulator-key"
RUNS = 30_000
DELAY_MS = 50
# Shorter than what is shipped (5 s and 30 s), so that the test is too.
DRAIN_FLAGS = ["--drain_delay=3s", "--drain_timeout=10s"]
GRACE = 20


def setUpModule():
    deploy_tools.add_python_packages(sys.argv[2])
    ENGINE.build_images()


def http(method, url, body=None):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as reply:
        return reply.read().decode()


class StopUnderLoadTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        (self.folder / "api_key").write_text(KEY)
        upstream, *ports = processes.free_ports(5)
        self.ports, self.admin_ports = ports[:2], ports[2:]
        self.upstream = f"http://127.0.0.1:{upstream}"
        self.start(container.EMULATOR_IMAGE, f"--listen=127.0.0.1:{upstream}", ready="listening on")
        self.make_runs()
        self.gateways = [self.start_gateway(*both) for both in zip(self.ports, self.admin_ports)]

    def start(self, image, *flags, ready, options=()):
        started = ENGINE.start(image, *flags, options=["--network=host", *options])
        self.addCleanup(started.remove)
        return started.wait_for_log(ready)

    def start_gateway(self, port, admin_port):
        flags = [
            "--api_key_file=/key/api_key",
            f"--upstream_url={self.upstream}",
            f"--listen=127.0.0.1:{port}",
            f"--admin_listen=127.0.0.1:{admin_port}",
            *DRAIN_FLAGS,
        ]
        mount = f"--volume={self.folder}:/key:ro"
        return self.start(container.GATEWAY_IMAGE, *flags, ready="serving on", options=[mount])

    def make_runs(self):
        for first in range(0, RUNS, 1000):
            triggers = [
                {"workflow": "load", "recipients": [name], "data": {}, "$idempotency_key": name}
                for name in (f"run-{number}" for number in range(first, first + 1000))
            ]
            http("POST", f"{self.upstream}/trigger/", triggers)
        http("PUT", f"{self.upstream}/_emulator/faults", [{"delay_ms": DELAY_MS}])

    def start_callers(self):
        import grpc_callers  # Not before its packages are there.

        target = "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in self.ports)
        callers = grpc_callers.Callers(ENGINE.source, self.folder, target, RUNS)
        self.addCleanup(callers.stop)
        return callers

    def answered(self, gateway):
        """How many calls the gateway has answered OK."""
        metrics = http("GET", f"http://127.0.0.1:{self.admin_ports[gateway]}/metrics")
        ok = re.findall(
            r'^suprsend_gateway_calls_total\{.*code="OK".*\} (\d+)', metrics, re.MULTILINE
        )
        return sum(int(count) for count in ok)

    def test_no_call_is_lost(self):
        callers = self.start_callers()
        for gateway in 0, 1:
            processes.wait_until(lambda: self.answered(gateway) > 200, "both have calls to answer", 120)
        self.assertEqual(self.gateways[0].stop(GRACE), 0)
        before = self.answered(1)
        processes.wait_until(lambda: self.answered(1) > before + 500, "the other one goes on", 120)
        called, faults = callers.stop()

        self.assertEqual(faults[:10], [])
        runs = json.loads(http("GET", f"{self.upstream}/_emulator/runs"))["runs"]
        times = {run["idempotency_key"]: run["times_cancelled"] for run in runs}
        self.assertEqual(times, {f"run-{n}": 0 for n in range(RUNS)} | dict.fromkeys(called, 1))
        requests = json.loads(http("GET", f"{self.upstream}/_emulator/requests"))["requests"]
        self.assertEqual(sum("/cancel/" in request["path"] for request in requests), len(called))
        print(f"{len(called)} calls")


if __name__ == "__main__":
    ENGINE = container.Engine(sys.argv[1], sys.argv[2])
    unittest.main(argv=sys.argv[:1], verbosity=2)
