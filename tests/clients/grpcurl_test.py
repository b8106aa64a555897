#!/usr/bin/env python3
"""Types the commands of the README's "Calling it", grpcurl's among them, in front of a real gateway.

Usage: grpcurl_test.py SOURCE BUILD
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import gateways
import pinned_tools

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
GRPCURL = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4"


class CallingIt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.gateway = gateways.Gateway(BUILD, folder / "gateway")
        cls.addClassCleanup(cls.gateway.end)
        section = (SOURCE / "README.md").read_text().partition("\n## Calling it\n")[2].partition("\n## ")[0]
        cls.commands = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        cls.shown = re.findall(r"^```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        cls.path = pathlib.Path(pinned_tools.go_program(BUILD / "clients/tools", GRPCURL)).parent

    def type(self, commands, code=0):
        target = self.gateway.target
        for told, here in (
            ("127.0.0.1:50051", target),
            ("http://127.0.0.1:8081/", self.gateway.emulator.url),
            ("build/bin/gatewayctl cancel", f"{BUILD}/bin/gatewayctl cancel --address={target}"),
        ):
            commands = commands.replace(told, here)
        environment = {**os.environ, "PATH": f"{self.path}:{os.environ['PATH']}"}
        command = ["bash", "-eu", "-c", commands]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_each_call_cancels_its_run(self):
        out = self.type(self.commands[0])
        runs = self.gateway.emulator.runs()
        self.assertEqual([run["state"] for run in runs], ["cancelled", "cancelled"], out)
        for run in runs:
            self.assertIn(run["execution_id"], out)

    def test_a_failure_is_readable(self):
        out = self.type(self.commands[1], code=67)  # 64 and gRPC's INVALID_ARGUMENT.

        def without_ids(text):
            return re.sub(r"[0-9a-f]{32}", "ID", text)

        self.assertEqual(without_ids(out), without_ids(self.shown[0]))

    def test_what_there_is_can_be_listed(self):
        out = self.type("grpcurl -plaintext 127.0.0.1:50051 describe suprsend.gateway.v1.WorkflowService")
        self.assertIn("CancelWorkflow", out)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
