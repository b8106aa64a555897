#!/usr/bin/env python3
"""Builds the images from deploy/Dockerfile, looks into them, and runs them as strictly as a cluster.

Usage: image_test.py SOURCE_DIR BUILD_DIR
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest

import container
import processes

KEY = "emulator-key"
# Uncompressed, and over the base image. What each takes is printed.
MOST_MIB_OVER_BASE = {container.GATEWAY_IMAGE: 60, container.EMULATOR_IMAGE: 15}
BINARIES = {
    container.GATEWAY_IMAGE: {"suprsend-gateway", "gatewayctl"},
    container.EMULATOR_IMAGE: {"suprsend-emulator"},
}
IMAGES = list(MOST_MIB_OVER_BASE)
BUILD_TOOLS = [
    "cc",
    "gcc",
    "g++",
    "c++",
    "ld",
    "as",
    "make",
    "ninja",
    "cmake",
    "protoc",
    "pkg-config",
    "git",
]


def setUpModule():
    ENGINE.build_images()


def of_image(image):
    return json.loads(ENGINE.podman("image", "inspect", image).stdout)[0]


class ImageTest(unittest.TestCase):
    def both(self):
        return [(image, of_image(image)) for image in IMAGES]

    def files_of(self, image):
        """Where the image's files are to be seen."""
        self.addCleanup(ENGINE.podman, "image", "unmount", image)
        return pathlib.Path(ENGINE.podman("image", "mount", image).stdout.strip())

    def test_runs_as_a_user_who_is_not_root_and_is_told_by_number(self):
        for _, of in self.both():
            self.assertRegex(of["Config"].get("User", ""), r"^[1-9]\d*:[1-9]\d*$")

    def test_nothing_that_starts_it_needs_a_shell(self):
        gateway, emulator = (of_image(image) for image in IMAGES)
        self.assertEqual(gateway["Config"]["Entrypoint"], ["suprsend-gateway"])
        self.assertEqual(emulator["Config"]["Entrypoint"][0], "suprsend-emulator")
        self.assertEqual(gateway["Healthcheck"]["Test"], ["CMD", "gatewayctl", "health"])
        self.assertEqual(gateway["Config"].get("Cmd") or [], [])

    def test_says_what_it_is(self):
        cmake = (ENGINE.source / "CMakeLists.txt").read_text()
        version = re.search(r"project\(suprsend-gateway VERSION (\S+)", cmake).group(1)
        for image, of in self.both():
            name = image.rpartition("/")[2].partition(":")[0]
            self.assertEqual(of["Labels"]["org.opencontainers.image.title"], name)
            self.assertEqual(of["Labels"]["org.opencontainers.image.version"], version)
            self.assertTrue(of["Labels"]["org.opencontainers.image.description"])
            self.assertEqual(of["Config"]["StopSignal"], "SIGTERM")
            said = ENGINE.podman("run", "--rm", "--network=none", image, "--version").stdout
            self.assertEqual(said, f"{name} {version}\n")

    def test_exposes_its_ports(self):
        ports = [set(of["Config"]["ExposedPorts"]) for _, of in self.both()]
        self.assertEqual(ports, [{"50051/tcp", "9464/tcp"}, {"8081/tcp"}])

    def test_has_only_what_runs(self):
        for image, _ in self.both():
            root = self.files_of(image)
            status = (root / "var/lib/dpkg/status").read_text()
            packages = set(re.findall(r"^Package: (\S+)$", status, re.MULTILINE))
            self.assertIn("libc6", packages)
            build = {
                name
                for name in packages
                if re.search(r"-dev$|^(g\+\+|gcc|cpp|cmake|binutils)", name)
            }
            # The one that names the compiler but is a part of each base.
            self.assertLessEqual(
                build, {name for name in packages if re.fullmatch(r"gcc-\d+-base", name)}
            )
            for tool in BUILD_TOOLS:
                for folder in "usr/bin", "usr/local/bin", "bin":
                    self.assertFalse((root / folder / tool).exists(), tool)
            self.assertFalse((root / "src").exists())
            self.assertEqual(list((root / "var/lib/apt/lists").glob("*")), [])
            self.assertEqual(list((root / "var/log").glob("*")), [])
            binaries = {path.name for path in (root / "usr/local/bin").iterdir()}
            self.assertEqual(binaries, BINARIES[image])

    def test_is_not_larger_than_it_has_to_be(self):
        base = of_image(ENGINE.base)["Size"]
        for image, of in self.both():
            over = (of["Size"] - base) / 2**20
            print(f"{image}: {of['Size'] / 2**20:.1f} MiB, {over:.1f} of them over the base")
            self.assertLess(over, MOST_MIB_OVER_BASE[image])

    def test_gives_the_gateway_whom_to_trust(self):
        bundle = self.files_of(container.GATEWAY_IMAGE) / "etc/ssl/certs/ca-certificates.crt"
        self.assertIn("BEGIN CERTIFICATE", bundle.read_text())


class RunTest(unittest.TestCase):
    """Both as their images have them, on their default ports, in a network of their own."""

    def start(self, image, *flags, options=()):
        started = ENGINE.start(image, *flags, options=options)
        self.addCleanup(started.remove)
        return started

    def start_emulator(self):
        emulator = self.start(container.EMULATOR_IMAGE, options=["--network=none"])
        return emulator.wait_for_log("listening on")

    def start_gateway(self, emulator, *flags):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        pathlib.Path(folder.name).chmod(0o755)
        (pathlib.Path(folder.name) / "api_key").write_text(KEY)
        options = [f"--network=container:{emulator.name}", f"--volume={folder.name}:/key:ro"]
        flags = ["--api_key_file=/key/api_key", "--upstream_url=http://127.0.0.1:8081", *flags]
        gateway = self.start(container.GATEWAY_IMAGE, *flags, options=options)
        return gateway.wait_for_log("serving on")

    def trigger(self, emulator, recipient):
        body = {"workflow": "reminder", "recipients": [recipient], "data": {}}
        status, _ = emulator.http("POST", "http://127.0.0.1:8081/trigger/", body, key=KEY)
        self.assertEqual(status, 202)

    def cancelled(self, emulator):
        """How often the run of each recipient was cancelled."""
        status, body = emulator.http("GET", "http://127.0.0.1:8081/_emulator/runs")
        self.assertEqual(status, 200)
        return {run["identifiers"][0]: run["times_cancelled"] for run in json.loads(body)["runs"]}

    def test_the_emulator_works_alone(self):
        emulator = self.start_emulator()
        self.trigger(emulator, "ann")
        status, body = emulator.http(
            "POST",
            "http://127.0.0.1:8081/v1/workflow_run/cancel/",
            {"recipients": ["ann"]},
            key=KEY,
        )
        self.assertEqual(status, 200)
        self.assertEqual(len(json.loads(body)["execution_ids"]), 1)
        self.assertEqual(emulator.stop(grace=10), 0)

    def test_a_call_is_answered_without_a_right_and_without_a_file_to_write(self):
        emulator = self.start_emulator()
        gateway = self.start_gateway(emulator)
        self.trigger(emulator, "ann")
        self.trigger(emulator, "bob")
        done = gateway.execute("gatewayctl", "cancel", "--recipient=ann")
        self.assertRegex(done.stdout, r"^\S+\n$")
        self.assertEqual(self.cancelled(emulator), {"ann": 1, "bob": 0})
        limits = gateway.inspect()["HostConfig"]
        self.assertTrue(limits["ReadonlyRootfs"])
        self.assertEqual(gateway.inspect()["EffectiveCaps"] or [], [])

    def test_the_health_check_says_yes_and_no(self):
        gateway = self.start_gateway(self.start_emulator(), "--drain_delay=30s")
        check = ["healthcheck", "run", gateway.name]
        processes.wait_until(lambda: ENGINE.podman(*check, check=False).returncode == 0, "it is healthy")
        ENGINE.podman("kill", "--signal=TERM", gateway.name)
        processes.wait_until(
            lambda: ENGINE.podman(*check, check=False).returncode == 1,
            "a stopping gateway is not healthy",
        )
        self.assertEqual(gateway.inspect()["State"]["Status"], "running")

    def test_it_does_not_listen_for_all_in_plaintext_unless_told(self):
        key = ["--api_key_file=/dev/null", "--listen=0.0.0.0:50051"]
        gateway = self.start(container.GATEWAY_IMAGE, *key, options=["--network=none"])
        processes.wait_until(lambda: gateway.inspect()["State"]["Status"] == "exited", "it ends")
        self.assertEqual(gateway.inspect()["State"]["ExitCode"], 1)
        self.assertIn("allow_plaintext_listen", gateway.logs())


if __name__ == "__main__":
    ENGINE = container.Engine(sys.argv[1], sys.argv[2])
    unittest.main(argv=sys.argv[:1], verbosity=2)
