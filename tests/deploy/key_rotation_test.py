#!/usr/bin/env python3
"""Rotates the API key under a running container, in a directory laid out as kubelet mounts a Secret.

Usage: key_rotation_test.py SOURCE_DIR BUILD_DIR
"""

import hashlib
import os
import pathlib
import shutil
import sys
import tempfile
import unittest
import urllib.request

import container
import processes

OLD_KEY = "key-before-rotation"
NEW_KEY = "key-after-rotation"
GROUP = 65532


def setUpModule():
    ENGINE.build_images()


class SecretMount:
    """api_key -> ..data/api_key, ..data -> ..N; a new key is a new ..N, put in place by one rename."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.versions = 0

    def put(self, key):
        self.versions += 1
        version = f"..2026_01_01_00_00_{self.versions:02}.123456789"
        directory = self.folder / version
        directory.mkdir(mode=0o755)
        file = directory / "api_key"
        file.write_text(key)
        # Root's, and readable by the pod's fsGroup only.
        os.chown(file, 0, GROUP)
        file.chmod(0o440)
        data = self.folder / "..data"
        old = os.readlink(data) if data.is_symlink() else None
        (self.folder / "..data_tmp").symlink_to(version)
        os.rename(self.folder / "..data_tmp", data)
        if old is None:
            (self.folder / "api_key").symlink_to("..data/api_key")
        else:
            shutil.rmtree(self.folder / old)


class KeyRotationTest(unittest.TestCase):
    def start(self, image, *flags, options=()):
        started = ENGINE.start(image, *flags, options=["--network=host", *options])
        self.addCleanup(started.remove)
        return started

    def start_emulator(self, key):
        """SuprSend as it is while this is the one good key."""
        flags = [f"--listen=127.0.0.1:{self.upstream_port}", f"--api_key={key}"]
        return self.start(container.EMULATOR_IMAGE, *flags).wait_for_log("listening on")

    def cancel(self):
        address = f"--address=127.0.0.1:{self.port}"
        return self.gateway.execute("gatewayctl", "cancel", address, "--recipient=ann", check=False)

    def fingerprint_in_use(self, key):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics") as reply:
            metrics = reply.read().decode()
        fingerprint = hashlib.sha256(key.encode()).hexdigest()[:8]
        return f'suprsend_gateway_api_key_info{{fingerprint="{fingerprint}"}} 1' in metrics

    def setUp(self):
        self.port, self.admin_port, self.upstream_port = processes.free_ports(3)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.secret = SecretMount(folder.name)
        self.secret.put(OLD_KEY)
        flags = [
            "--api_key_file=/etc/suprsend-gateway/api-key/api_key",
            f"--listen=127.0.0.1:{self.port}",
            f"--admin_listen=127.0.0.1:{self.admin_port}",
            f"--upstream_url=http://127.0.0.1:{self.upstream_port}",
        ]
        mount = f"--volume={folder.name}:/etc/suprsend-gateway/api-key:ro"
        self.gateway = self.start(container.GATEWAY_IMAGE, *flags, options=[mount])
        self.gateway.wait_for_log("serving on")

    def test_a_new_key_is_taken_without_a_restart(self):
        emulator = self.start_emulator(OLD_KEY)
        self.assertEqual(self.cancel().returncode, 0)
        self.assertTrue(self.fingerprint_in_use(OLD_KEY))
        before = self.gateway.inspect()["State"]

        self.secret.put(NEW_KEY)
        processes.wait_until(lambda: self.fingerprint_in_use(NEW_KEY), "the new key is in use")
        self.assertFalse(self.fingerprint_in_use(OLD_KEY))

        # The old one is revoked: from here on only the new one is good.
        emulator.remove()
        self.start_emulator(NEW_KEY)
        done = self.cancel()
        self.assertEqual(done.returncode, 0, done.stderr)
        after = self.gateway.inspect()["State"]
        self.assertEqual([after["Pid"], after["StartedAt"]], [before["Pid"], before["StartedAt"]])
        for key in OLD_KEY, NEW_KEY:
            self.assertNotIn(key, self.gateway.logs())

    def test_the_emulator_refuses_the_key_that_is_not_its_own(self):
        # Without this the test above would show nothing.
        self.start_emulator(NEW_KEY)
        done = self.cancel()
        self.assertEqual(done.returncode, 5)
        self.assertIn("UPSTREAM_CREDENTIALS_REJECTED", done.stderr)
        self.secret.put(NEW_KEY)
        processes.wait_until(lambda: self.cancel().returncode == 0, "the new key works")


if __name__ == "__main__":
    ENGINE = container.Engine(sys.argv[1], sys.argv[2])
    unittest.main(argv=sys.argv[:1], verbosity=2)
