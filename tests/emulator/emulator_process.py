"""Runs the real suprsend-emulator binary for a test, and talks to it over plain HTTP."""

import http.client
import json
import re
import subprocess

API_KEY = "emulator-key"
CANCEL = "/v1/workflow_run/cancel/"
READY = re.compile(r"^suprsend-emulator \S+ listening on http://127\.0\.0\.1:(\d+)\n$")


class Emulator:
    """An emulator on a port of the system's choosing; ends with the `with` block."""

    def __init__(self, binary, *flags):
        command = [binary, "--listen=127.0.0.1:0", *flags]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        match = READY.match(line)
        if match is None:
            raise AssertionError(f"no ready line but {line + self.process.communicate()[1]!r}")
        self.port = int(match.group(1))
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        code, rest = self.stop()
        if code != 0 or rest:
            raise AssertionError(f"the emulator ended with {code} and wrote {rest!r}")

    def stop(self):
        """SIGTERM; returns the exit code and what it wrote to stderr after the ready line."""
        self.process.terminate()
        _, rest = self.process.communicate(timeout=20)
        return self.process.returncode, rest

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def call(self, method, path, body=None, key=API_KEY, connection=None):
        """Returns status, headers and raw body. A body that is not bytes is sent as JSON."""
        used = connection or self.connect()
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        used.request(method, path, body, headers)
        response = used.getresponse()
        reply = response.status, response.headers, response.read()
        if connection is None:
            used.close()
        return reply

    def cancel(self, **filters):
        status, _, body = self.call("POST", CANCEL, filters)
        return status, json.loads(body)

    def trigger(self, workflow, recipients, idempotency_key=None):
        body = {"workflow": workflow, "recipients": recipients, "data": {}}
        if idempotency_key is not None:
            body["$idempotency_key"] = idempotency_key
        status, _, reply = self.call("POST", "/trigger/", body)
        assert status == 202, (status, reply)
        return json.loads(reply)["message_id"]

    def own(self, name):
        status, _, body = self.call("GET", f"/_emulator/{name}", key=None)
        assert status == 200, (status, body)
        return json.loads(body)

    def runs(self):
        return self.own("runs")["runs"]

    def requests(self):
        return self.own("requests")["requests"]

    def set_faults(self, *faults):
        status, _, body = self.call("PUT", "/_emulator/faults", list(faults), key=None)
        assert status == 200, (status, body)
