"""Measures the gateway beside its floor (a gRPC echo, a curl loop) and a gateway written in Go.

Usage: benchmark.py BUILD_DIR OUTPUT.json [--go=BINARY] [--rounds=N] [--quick]

All in one run, interleaved, several rounds. What is measured is CPU time of the process under test, as
the kernel accounts it; latencies are those that h2load writes down for each call. Every call's reply is
counted in bytes of its body, so a call that failed is seen.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import grpc

ID = "dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F"
ANSWER = json.dumps({"execution_ids": [ID]}, separators=(",", ":"))
METHOD = "/suprsend.gateway.v1.WorkflowService/CancelWorkflow"
HEALTH = "/grpc.health.v1.Health/Check"
FIRST_PORT = 21000  # Below those that the system gives out by itself.


def field(number, text):
    """A string field of a protobuf message."""
    return bytes([number << 3 | 2, len(text)]) + text.encode()


PINNED = field(1, ID) + field(2, "user-1") + field(2, "user-2")
OPEN = field(2, "user-1") + field(2, "user-2") + field(4, "order-confirmation")


class Upstream:
    """nginx: TLS with HTTP/2, TLS with HTTP/1.1, and plain HTTP/1.1."""

    KINDS = ("h2", "h1", "plain")

    def __init__(self, directory):
        self.ca = directory / "ca.pem"
        key = directory / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", key, "-out", self.ca, "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
            check=True, stderr=subprocess.DEVNULL)
        self.ports = dict(zip(self.KINDS, range(FIRST_PORT, FIRST_PORT + 3)))
        text = (pathlib.Path(__file__).parent / "nginx.conf.in").read_text()
        values = {"CERTIFICATE": self.ca, "KEY": key, "ANSWER": ANSWER,
                  **{kind.upper(): port for kind, port in self.ports.items()}}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        config = directory / "nginx.conf"
        config.write_text(text)
        self.process = subprocess.Popen(["nginx", "-p", directory, "-c", config])
        for port in self.ports.values():
            wait_for_port(port, self.process)

    def url(self, kind):
        scheme = "http" if kind == "plain" else "https"
        return f"{scheme}://127.0.0.1:{self.ports[kind]}"


def wait_for_port(port, process):
    for _ in range(20_000):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None:
            sys.exit(f"benchmark: {process.args[0]} ended with {process.returncode}")
        time.sleep(0.0005)
    sys.exit(f"benchmark: nothing listens on port {port}")


def call(port, method, message):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        return channel.unary_unary(method)(message, timeout=10)


class Server:
    """A process under test, once it serves."""

    def __init__(self, command, port, log):
        begin = time.monotonic()
        self.process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
        self.port = port
        wait_for_port(port, self.process)
        if call(port, HEALTH, b"") != b"\x08\x01":
            sys.exit(f"benchmark: {command[0]} listens and does not serve")
        self.start_ms = (time.monotonic() - begin) * 1000

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def cpu_us(self):
        """User and system time so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return [int(ticks) * 1_000_000 / os.sysconf("SC_CLK_TCK") for ticks in fields[11:13]]

    def rss_mib(self, name):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M).group(1)) / 1024


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [usage.ru_utime * 1e6, usage.ru_stime * 1e6]


def cpu_per_call(before, after, calls):
    user, system = ((end - begin) / calls for begin, end in zip(before, after))
    return {"cpu_us": user + system, "user_us": user, "system_us": system}


class Load:
    """h2load, with one request over and over."""

    def __init__(self, directory, message):
        self.message = message
        self.body = directory / f"request-{len(message)}.bin"
        self.body.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
        self.log = directory / "h2load.log"

    def run(self, server, calls, connections, streams, rate=None):
        """CPU per call of `server`, calls a second, and percentiles in milliseconds."""
        expected = len(call(server.port, METHOD, self.message)) + 5
        self.log.unlink(missing_ok=True)
        command = ["h2load", "-n", calls, "-c", connections, "-m", streams, "-t", 1,
                   "-d", self.body, "-H", "content-type: application/grpc", "-H", "te: trailers",
                   "-H", "grpc-timeout: 10S", f"--log-file={self.log}"]
        if rate is not None:
            command.append(f"--rps={rate / connections:.3f}")
        command.append(f"http://127.0.0.1:{server.port}{METHOD}")
        before = server.cpu_us()
        begin = time.monotonic()
        told = subprocess.run([str(word) for word in command], check=True, capture_output=True,
                              text=True).stdout
        seconds = time.monotonic() - begin
        after = server.cpu_us()
        data = int(re.search(r"\((\d+)\) data", told).group(1))
        lines = [line.split("\t") for line in self.log.read_text().splitlines()]
        good = sum(status == "200" for _, status, _ in lines)
        if data != calls * expected or good != calls:
            sys.exit(f"benchmark: of {calls} calls {good} were answered, and the replies had {data} bytes "
                     f"instead of {calls * expected}: calls failed\n{told}")
        times = sorted(int(microseconds) / 1000 for _, _, microseconds in lines)
        return {**cpu_per_call(before, after, calls), "calls_per_s": calls / seconds,
                **{f"p{name}_ms": times[int(len(times) * share)]
                   for name, share in (("50", 0.50), ("99", 0.99), ("99.9", 0.999))}}


class Benchmark:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.bin = pathlib.Path(options.build_dir) / "bin"
        self.upstream = Upstream(directory)
        self.key = directory / "api_key"
        self.key.write_text("benchmark-key")
        self.next_port = FIRST_PORT + 100
        self.pinned = Load(directory, PINNED)
        self.open = Load(directory, OPEN)
        self.samples = {}
        self.random = random.Random(1)
        self.scale = 0.1 if options.quick else 1.0

    def record(self, measure, subject, sample):
        self.samples.setdefault(measure, {}).setdefault(subject, []).append(sample)
        print(f"{measure:28} {subject:12} " +
              " ".join(f"{name}={value:.2f}" for name, value in sample.items()), flush=True)

    def start(self, subject, kind="h2", path=""):
        port, admin = self.next_port, self.next_port + 1
        self.next_port += 2
        url = self.upstream.url(kind) + path
        log = open(self.directory / "log", "wb")  # pylint: disable=consider-using-with
        if subject == "echo":
            command = [self.bin / "echo_server", f"127.0.0.1:{port}"]
        elif subject == "go":
            command = [self.options.go, f"-listen=127.0.0.1:{port}", f"-admin_listen=127.0.0.1:{admin}",
                       f"-upstream_url={url}", f"-upstream_ca_file={self.upstream.ca}",
                       f"-api_key_file={self.key}"]
        else:
            command = [self.bin / "suprsend-gateway", f"--listen=127.0.0.1:{port}",
                       f"--admin_listen=127.0.0.1:{admin}", f"--upstream_url={url}",
                       f"--api_key_file={self.key}"]
            if kind != "plain":
                command.append(f"--upstream_ca_file={self.upstream.ca}")
            if subject == "gateway, no access log":
                command.append("--access_log=false")
        return Server(command, port, log)

    def calls(self, number):
        return max(int(number * self.scale), 1000)

    def gateways(self):
        return ["gateway"] + (["go"] if self.options.go else [])

    def floor(self, kind, in_flight, calls):
        self.record(f"{in_flight}, {kind}", "curl loop", self.curl_loop(kind, in_flight, self.calls(calls)))

    def curl_loop(self, kind, in_flight, calls):
        command = [self.bin / "curl_loop", self.upstream.url(kind) + "/v1/workflow_run/cancel/",
                   self.upstream.ca, str(in_flight), str(calls)]
        before = cpu_of_children()
        begin = time.monotonic()
        good = int(subprocess.run(command, check=True, capture_output=True).stdout)
        seconds = time.monotonic() - begin
        after = cpu_of_children()
        if good != calls:
            sys.exit(f"benchmark: of {calls} requests of the curl loop {good} succeeded")
        return {**cpu_per_call(before, after, calls), "calls_per_s": calls / seconds}

    def throughput(self, subject, kind, load, measure):
        with self.start(subject, kind) as server:
            time.sleep(0.3)
            idle = {"start_ms": server.start_ms, "idle_mib": server.rss_mib("VmRSS")}
            load.run(server, 4000, 8, 16)
            sample = load.run(server, self.calls(40_000), 8, 16)
            self.record(measure, subject, {**sample, "peak_mib": server.rss_mib("VmHWM")})
            if measure == "128, h2":
                self.record("idle", subject, idle)
                self.record("1, h2", subject, load.run(server, self.calls(5_000), 1, 1))

    def round(self):
        """Each measurement once, in an order of its own, so that none always comes after the same one."""
        work = [lambda: self.throughput("echo", "h2", self.pinned, "128, h2"),
                lambda: self.throughput("gateway, no access log", "h2", self.pinned, "128, h2"),
                lambda: self.floor("h2", 1, 5_000)]
        for kind in Upstream.KINDS:
            work.append(lambda kind=kind: self.floor(kind, 128, 40_000))
        for subject in self.gateways():
            work.append(lambda subject=subject: self.throughput(subject, "h2", self.open, "128, h2, open calls"))
            for kind in Upstream.KINDS:
                work.append(lambda subject=subject, kind=kind:
                            self.throughput(subject, kind, self.pinned, f"128, {kind}"))
        self.random.shuffle(work)
        for measure in work:
            measure()

    def latency_at_half_of_peak(self):
        """At the same load for each: half of what the slowest of them can do."""
        peak = min(self.median("128, h2", subject, "calls_per_s") for subject in self.gateways())
        for subject in self.gateways():
            with self.start(subject) as server:
                self.pinned.run(server, 4000, 8, 16)
                self.record("half of peak, h2", subject,
                            self.pinned.run(server, self.calls(30_000), 32, 16, rate=peak / 2))

    def ten_thousand(self):
        for subject in self.gateways():
            with self.start(subject, path="/slow") as server:
                sample = self.pinned.run(server, 50_000, 100, 100)
                self.record("10000, upstream takes 1 s", subject,
                            {**sample, "peak_mib": server.rss_mib("VmHWM")})

    def median(self, measure, subject, name):
        return statistics.median(sample[name] for sample in self.samples[measure][subject])

    def run(self):
        for _ in range(self.options.rounds):
            self.round()
        for _ in range(self.options.rounds):
            self.latency_at_half_of_peak()
        for _ in range(1 if self.options.quick else min(self.options.rounds, 3)):
            self.ten_thousand()


def machine(go):
    def told(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    packages = ["libgrpc++-dev", "libcurl4-openssl-dev", "libprotobuf-dev", "nginx", "nghttp2-client"]
    versions = told("dpkg-query", "-W", "-f=${Package} ${Version}\n", *packages).splitlines()
    if go:
        text = told("go", "version", "-m", go)
        versions.append("go " + re.search(r": go(\S+)", text).group(1))
        versions.append("grpc-go " + re.search(r"dep\s+google.golang.org/grpc\s+(\S+)", text).group(1))
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())
    return {"cpu": cpu.group(1) if cpu else "unknown", "cores": os.cpu_count(),
            "kernel": os.uname().release, "system": system.group(1),
            "versions": dict(line.split(" ") for line in versions)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build_dir")
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--go")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as directory:
        benchmark = Benchmark(options, pathlib.Path(directory))
        try:
            benchmark.run()
        finally:
            benchmark.upstream.process.kill()
            benchmark.upstream.process.wait()
    result = {"date": time.strftime("%Y-%m-%d"), "machine": machine(options.go), "rounds": options.rounds,
              "samples": benchmark.samples}
    options.output.write_text(json.dumps(result, indent=1) + "\n")


main()
