#!/usr/bin/env python3
"""Plays the local overlay's pod with podman, as who has no cluster would, and makes a call in it.

Usage: pod_test.py SOURCE_DIR BUILD_DIR
"""

import json
import re
import sys
import unittest

import container
import kustomize
import processes

KEY = "emulator-key"
UPSTREAM = "http://127.0.0.1:8081"


def setUpModule():
    ENGINE.build_images()


class PodTest(unittest.TestCase):
    def setUp(self):
        self.manifests = kustomize.render(ENGINE.source / "deploy/kubernetes/overlays/local")
        for image in container.GATEWAY_IMAGE, container.EMULATOR_IMAGE:
            name = image.rpartition("/")[2].partition(":")[0]
            tag = re.search(rf"image: {name}:(\S+)$", self.manifests, re.MULTILINE).group(1)
            ENGINE.podman("tag", image, f"localhost/{name}:{tag}")
        self.addCleanup(self.take_down)
        # A network of its own, with nothing but loopback: no port of this machine is taken.
        play = ["kube", "play", "--replace", "--network=none", "-"]
        ENGINE.podman(*play, input=self.manifests)
        # How it is called depends on podman's version; in our storage there is no other.
        (pod,) = self.pods()
        self.gateway = container.Container(ENGINE, f"{pod}-gateway").wait_for_log("serving on")
        self.emulator = container.Container(ENGINE, f"{pod}-emulator").wait_for_log("listening on")

    def pods(self):
        return ENGINE.podman("pod", "ps", "--format={{.Name}}").stdout.split()

    def take_down(self):
        ENGINE.podman("kube", "down", "-", input=self.manifests)
        self.assertEqual(self.pods(), [])
        # Of the Secret and the ConfigMap, which podman leaves.
        ENGINE.podman("volume", "prune", "--force")

    def test_the_pod_answers_a_call(self):
        body = {"workflow": "reminder", "recipients": ["ann", "bob"], "data": {}}
        status, _ = self.emulator.http("POST", f"{UPSTREAM}/trigger/", body, key=KEY)
        self.assertEqual(status, 202)
        processes.wait_until(self.ready, "the pod is ready")
        done = self.gateway.execute("gatewayctl", "cancel", "--recipient=ann")
        self.assertRegex(done.stdout, r"^\S+\n$")
        status, body = self.emulator.http("GET", f"{UPSTREAM}/_emulator/runs")
        runs = {run["identifiers"][0]: run["times_cancelled"] for run in json.loads(body)["runs"]}
        self.assertEqual(runs, {"ann": 1, "bob": 0})

    def ready(self):
        return self.gateway.http("GET", "http://127.0.0.1:9464/readyz")[0] == 200


if __name__ == "__main__":
    ENGINE = container.Engine(sys.argv[1], sys.argv[2])
    unittest.main(argv=sys.argv[:1], verbosity=2)
