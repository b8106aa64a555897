"""Measures the gateway beside its floor (a gRPC echo, a curl loop) and a gateway written in Go.

Usage: benchmark.py BUILD_DIR OUTPUT.json [--go=BINARY] [--rounds=N] [--quick]

All in one run, in several rounds, each in an order of its own. What is measured is CPU time of the process
under test, as the kernel accounts it; latencies are those that h2load writes down for each call. Of every
call's reply the bytes of its body are counted, so that a call that failed is seen. Exits with 1 where a call
of the gateway failed, after everything was measured; one of the Go gateway is a result.
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
SERVING = b"\x08\x01"
FIRST_PORT = 21000  # Below those that the system gives out by itself.
LONGEST_RUN_S = 300


def field(number, text):
    """A string field of a protobuf message."""
    return bytes([number << 3 | 2, len(text)]) + text.encode()


PINNED = field(1, ID) + field(2, "user-1") + field(2, "user-2")
OPEN = field(2, "user-1") + field(2, "user-2") + field(4, "order-confirmation")
REPLY = field(1, ID) + b"\x18\x01"  # And cancelled_count 1.


def fail(message):
    sys.exit(f"benchmark: {message}")


def start(stack, command, ports, **options):
    """Starts a process, which ends with `stack`, and waits until it listens on its ports."""
    for port in ports:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            fail(f"port {port} is taken: another benchmark may be running")
    # Debian's nginx is in a directory that a plain user's PATH lacks.
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
    process = subprocess.Popen([str(word) for word in command], env=environment, **options)
    stack.callback(process.wait)
    stack.callback(process.kill)
    for port in ports:
        wait_for_port(port, process)
    return process


def wait_for_port(port, process):
    for _ in range(20_000):
        if process.poll() is not None:
            fail(f"{process.args[0]} ended with {process.returncode}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.0005)
    fail(f"{process.args[0]} does not listen on port {port}")


class Upstream:
    """nginx: TLS with HTTP/2, TLS with HTTP/1.1, and plain HTTP/1.1."""

    KINDS = ("h2", "h1", "plain")

    def __init__(self, stack, directory):
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
        start(stack, ["nginx", "-e", "stderr", "-p", directory, "-c", config], self.ports.values())

    def url(self, kind):
        scheme = "http" if kind == "plain" else "https"
        return f"{scheme}://127.0.0.1:{self.ports[kind]}"


def call(port, method, message):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        return channel.unary_unary(method)(message, timeout=10)


class Server:
    """A process under test, once it serves. Ends as a context."""

    def __init__(self, command, port, admin, log):
        self.port = port
        self.log = log
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(open(log, "wb"))
            begin = time.monotonic()
            self.process = start(stack, command, [port], stdout=output, stderr=output)
            if call(port, HEALTH, b"") != SERVING or self.process.poll() is not None:
                fail(f"{command[0]} listens and does not serve")
            self.start_ms = (time.monotonic() - begin) * 1000
            if admin is not None:
                wait_for_port(admin, self.process)
            self.stack = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()

    def cpu_us(self):
        """User and system time so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return [int(ticks) * 1_000_000 / os.sysconf("SC_CLK_TCK") for ticks in fields[11:13]]

    def rss_mb(self, name):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M).group(1)) * 1024 / 1e6


def cpu_per_call(user_us, system_us, calls):
    return {"cpu_us": (user_us + system_us) / calls, "user_us": user_us / calls, "system_us": system_us / calls}


class Load:
    """h2load, with one request over and over."""

    def __init__(self, directory, message):
        self.message = message
        self.body = directory / f"request-{len(message)}.bin"
        self.body.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
        self.log = directory / "h2load.log"

    def run(self, server, calls, connections, streams, rate=None):
        """CPU per call of `server`, calls a second, latencies in milliseconds, and how many calls failed."""
        reply = call(server.port, METHOD, self.message)
        if reply != REPLY:
            fail(f"the reply is {reply!r}")
        self.log.unlink(missing_ok=True)
        command = ["h2load", "-n", calls, "-c", connections, "-m", streams, "-t", 1,
                   "-d", self.body, "-H", "content-type: application/grpc", "-H", "te: trailers",
                   "-H", "grpc-timeout: 10S", f"--log-file={self.log}"]
        if rate is not None:
            # Its clients send in ticks of some 10 ms. Begun one after another, they do not do so together.
            command += [f"--rps={rate / connections:.3f}", "-r", 5, "--rate-period=1ms"]
        command.append(f"http://127.0.0.1:{server.port}{METHOD}")
        user, system = server.cpu_us()
        told = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True,
                              timeout=LONGEST_RUN_S).stdout
        user, system = (after - before for after, before in zip(server.cpu_us(), (user, system)))
        data = int(re.search(r"\((\d+)\) data", told).group(1))
        calls_per_s = float(re.search(r"finished in .*, ([\d.]+) req/s", told).group(1))
        lines = [line.split("\t") for line in self.log.read_text().splitlines()]
        times = sorted(int(microseconds) / 1000 for _, status, microseconds in lines if status == "200")
        failures = max(calls - len(times), abs(calls * (len(reply) + 5) - data) // (len(reply) + 5))
        if failures > 0:
            last_words = server.log.read_text(errors="replace").splitlines()[-3:]
            print("FAILED:", failures, "of", calls, "calls. The last of its log:", *last_words, sep="\n  ")
        return {**cpu_per_call(user, system, calls), "calls_per_s": calls_per_s,
                # Little's law.
                "in_flight": calls_per_s * statistics.fmean(times) / 1000,
                **{f"p{name}_ms": times[int(len(times) * share)]
                   for name, share in (("50", 0.50), ("99", 0.99), ("99.9", 0.999))},
                "failures": failures}


class Benchmark:
    def __init__(self, stack, options, directory):
        self.options = options
        self.directory = directory
        self.bin = pathlib.Path(options.build_dir) / "bin"
        self.upstream = Upstream(stack, directory)
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
        # A new port each time: the last one's connections may linger.
        port, admin = self.next_port, self.next_port + 1
        self.next_port += 2
        url = self.upstream.url(kind) + path
        if subject == "echo":
            admin = None
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
        return Server(command, port, admin, self.directory / "log")

    def calls(self, number):
        return max(int(number * self.scale), 1000)

    def gateways(self):
        return ["gateway"] + (["go"] if self.options.go else [])

    def floor(self, kind, in_flight, calls):
        calls = self.calls(calls)
        command = [self.bin / "curl_loop", self.upstream.url(kind) + "/v1/workflow_run/cancel/",
                   self.upstream.ca, str(in_flight), str(calls)]
        told = subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_RUN_S).stdout
        good, user, system = map(int, told.split())
        self.record(f"{in_flight}, {kind}", "curl loop",
                    {**cpu_per_call(user, system, calls), "failures": calls - good})

    def throughput(self, subject, kind, load, measure):
        with self.start(subject, kind) as server:
            time.sleep(0.3)
            idle = {"start_ms": server.start_ms, "idle_mb": server.rss_mb("VmRSS")}
            load.run(server, 4000, 8, 16)
            sample = load.run(server, self.calls(40_000), 8, 16)
            self.record(measure, subject, {**sample, "peak_mb": server.rss_mb("VmHWM")})
            if measure == "128, h2":
                self.record("idle", subject, idle)
                self.record("1, h2", subject, load.run(server, self.calls(5_000), 1, 1))

    def access_log(self):
        """With and without, right after one another."""
        for subject in self.shuffled(["gateway", "gateway, no access log"]):
            self.throughput(subject, "h2", self.pinned, "access log's share")

    def round(self):
        """Each measurement once, in an order of its own, so that none always comes after the same one."""
        work = [lambda: self.throughput("echo", "h2", self.pinned, "128, h2"),
                lambda: self.floor("h2", 1, 5_000), self.access_log]
        for kind in Upstream.KINDS:
            work.append(lambda kind=kind: self.floor(kind, 128, 40_000))
        for subject in self.gateways():
            work.append(lambda subject=subject: self.throughput(subject, "h2", self.open, "128, h2, open calls"))
            for kind in Upstream.KINDS:
                work.append(lambda subject=subject, kind=kind:
                            self.throughput(subject, kind, self.pinned, f"128, {kind}"))
        for measure in self.shuffled(work):
            measure()

    def shuffled(self, things):
        return self.random.sample(things, len(things))

    def half_of_peak(self):
        """At the same load for each: half of what the slowest of them did at 128 in flight."""
        peak = min(statistics.median(sample["calls_per_s"] for sample in self.samples["128, h2"][subject])
                   for subject in self.gateways())
        for subject in self.shuffled(self.gateways()):
            with self.start(subject) as server:
                self.pinned.run(server, 4000, 8, 16)
                self.record("half of peak, h2", subject,
                            self.pinned.run(server, self.calls(30_000), 100, 16, rate=peak / 2))

    def ten_thousand(self):
        for subject in self.shuffled(self.gateways()):
            with self.start(subject, path="/slow") as server:
                sample = self.pinned.run(server, 50_000, 100, 100)
                self.record("10000, upstream takes 1 s", subject,
                            {**sample, "peak_mb": server.rss_mb("VmHWM")})

    def run(self):
        for _ in range(self.options.rounds):
            self.round()
        for _ in range(self.options.rounds):
            self.half_of_peak()
        for _ in range(min(self.options.rounds, 3)):
            self.ten_thousand()

    def failures(self, subject):
        return sum(sample.get("failures", 0) for subjects in self.samples.values()
                   for sample in subjects.get(subject, ()))


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
    parser.add_argument("--go", help="the Go gateway's binary; without, it is not measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="few calls: shows that it works, no figures")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < 12_000:
        fail(f"10,000 calls in flight need 12,000 descriptors, and the hard limit is {most}: raise ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    result = {"date": time.strftime("%Y-%m-%d"), "machine": machine(options.go), "rounds": options.rounds}
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        benchmark = Benchmark(stack, options, directory)
        stack.callback(lambda: options.output.write_text(
            json.dumps({**result, "samples": benchmark.samples}, indent=1) + "\n"))
        benchmark.run()
    if benchmark.failures("gateway") > 0:
        fail(f"{benchmark.failures('gateway')} calls of the gateway failed")


main()
