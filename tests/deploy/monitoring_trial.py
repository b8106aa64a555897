"""A gateway in plaintext and one with TLS, policy and audit log before an emulator, scraped by a real Prometheus.

Prometheus has the project's rules, and evaluates and scrapes every second.
"""

import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import gateway_trial
import processes

NAMESPACE, JOB = "trial", "suprsend-gateway"
SERVING = re.compile(r" serving on (\S+?)(?: with TLS)?, admin on (\S+),")
LISTENING = re.compile(r" listening on (http://\S+?)/?\n")
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yaml]
scrape_configs:
  - job_name: %s
    static_configs: [{targets: %s, labels: {namespace: %s}}]
"""
CANCEL = "/v1/workflow_run/cancel/"
# One round of calls: what SuprSend is made to answer, and what is called.
ROUND = [
    ([], ["--recipient=nobody"]),
    ([], ["--recipient= "]),
    ([{"status": 401}], ["--recipient=ann"]),
    ([{"status": 500}], ["--recipient=ann"]),
    ([{"status": 429, "headers": {"Retry-After": "0"}}], ["--execution_id=1"]),
]


class Trial(contextlib.ExitStack):
    def __init__(self, source, build):
        super().__init__()
        self.rules = pathlib.Path(source) / "deploy/monitoring/rules.yaml"
        self.bin = pathlib.Path(build).resolve() / "bin"
        self.directory = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory()))
        self.ended = threading.Event()
        with contextlib.ExitStack() as undo:  # Where it does not come up.
            undo.push(self)
            self.start()
            undo.pop_all()

    def start(self):
        emulator = self.spawn("emulator", self.bin / "suprsend-emulator", "--listen=127.0.0.1:0", "--api_key=key")
        (self.emulator,) = self.wait_for_line("emulator", emulator, LISTENING)
        (self.directory / "key").write_text("key\n")
        self.address, plain = self.start_gateway("plain")
        _, tls = self.start_gateway("tls", *self.tls_flags())
        self.prometheus = self.start_prometheus([plain, tls])
        caller = threading.Thread(target=self.call_until_ended)
        caller.start()
        self.callback(caller.join)
        self.callback(self.ended.set)

    def spawn(self, name, *command):
        if shutil.which(command[0]) is None:
            raise SystemExit(f"no {command[0]}: deploy/install_packages.sh deploy, and build the project")
        with open(self.directory / f"{name}.log", "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory)
        self.callback(process.wait)
        self.callback(process.terminate)
        return process

    def wait_for_line(self, name, process, pattern):
        return processes.wait_for_line(process, self.directory / f"{name}.log", pattern)

    def start_gateway(self, name, *flags):
        """The addresses that callers and Prometheus ask."""
        process = self.spawn(
            name, self.bin / "suprsend-gateway", "--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0",
            f"--upstream_url={self.emulator}", "--api_key_file=key", "--drain_delay=0s", *flags)
        return self.wait_for_line(name, process, SERVING)

    def tls_flags(self):
        for name, content in gateway_trial.certificates(self.directory).items():
            (self.directory / name).write_bytes(content)
        (self.directory / "policy.json").write_text('{"callers": {"trial": {}}}')
        (self.directory / "audit_key").write_text("0123456789abcdef0123456789abcdef\n")
        return ["--tls_cert_file=tls.crt", "--tls_key_file=tls.key", "--client_ca_file=ca.crt",
                "--caller_policy_file=policy.json", "--audit_log=audit.log", "--audit_hmac_key_file=audit_key"]

    def start_prometheus(self, targets):
        rules = re.sub(r"^    interval: \w+$", "    interval: 1s", self.rules.read_text(), flags=re.MULTILINE)
        (self.directory / "rules.yaml").write_text(rules)
        (self.directory / "prometheus.yaml").write_text(CONFIG % (JOB, json.dumps(targets), NAMESPACE))
        (port,) = processes.free_ports(1)
        process = self.spawn(
            "prometheus", "prometheus", "--config.file=prometheus.yaml", "--storage.tsdb.path=tsdb",
            f"--web.listen-address=127.0.0.1:{port}")
        self.wait_for_line("prometheus", process, re.compile("(Server is ready)"))
        return f"http://127.0.0.1:{port}"

    def call_until_ended(self):
        while not self.ended.is_set():
            trigger = {"workflow": "w", "recipients": ["bob"], "data": {}}
            http("POST", self.emulator + "/trigger/", trigger, {"Authorization": "Bearer key"})
            for faults, filters in [([], ["--recipient=bob"]), *ROUND]:
                faults = [{"path": CANCEL, **fault} for fault in faults]
                http("PUT", self.emulator + "/_emulator/faults", faults)
                command = [self.bin / "gatewayctl", "cancel", f"--address={self.address}", *filters]
                subprocess.run(command, capture_output=True, check=False)
            self.ended.wait(0.2)

    def ask(self, path, **parameters):
        """What Prometheus' API has under `data`, or AssertionError with its words."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        try:
            return json.loads(http("GET", f"{self.prometheus}/api/v1/{path}?{query}"))["data"]
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{parameters}: {refusal.read().decode()}") from None

    def query(self, expression):
        """Labels and value of each series."""
        result = self.ask("query", query=expression)["result"]
        return [(series["metric"], float(series["value"][1])) for series in result]

    def series(self, metric):
        """The labels of all that Prometheus has of it."""
        return self.ask("series", **{"match[]": metric, "start": time.time() - 60})


def http(method, url, body=None, headers=()):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **dict(headers)}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as response:
        return response.read()
