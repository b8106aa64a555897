#!/usr/bin/env python3
"""Lints the protos, and holds them against what callers were promised: proto/baseline.json.

Usage: proto_test.py SOURCE BUILD [--record]

--record makes what the protos now say the promise; for a release that adds to it.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import pinned_tools

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
PROTO = SOURCE / "proto"
BASELINE = PROTO / "baseline.json"


def buf(*words):
    program = pinned_tools.npm_program(BUILD / "clients/tools", "@bufbuild/buf@1.75.0", "buf")
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True)


class Proto(unittest.TestCase):
    def breaks(self, old, new):
        """What `buf breaking` says of workflow_service.proto with `old` replaced by `new`."""
        with tempfile.TemporaryDirectory() as folder:
            changed = pathlib.Path(folder) / "proto"
            subprocess.run(["cp", "-r", PROTO, changed], check=True)
            file = changed / "suprsend/gateway/v1/workflow_service.proto"
            text = file.read_text()
            self.assertIn(old, text)
            file.write_text(text.replace(old, new))
            done = buf("breaking", changed, "--against", BASELINE)
            self.assertEqual(done.returncode, 100 if done.stdout else 0, done.stderr)
            return done.stdout

    def test_lint(self):
        done = buf("lint", PROTO)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_no_promise_is_broken(self):
        done = buf("breaking", PROTO, "--against", BASELINE)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_a_broken_promise_is_found(self):
        self.assertIn("recipients", self.breaks("repeated string recipients = 2", "repeated string recipients = 5"))
        self.assertIn("workflow_slug", self.breaks("optional string workflow_slug = 4;", ""))

    def test_an_addition_is_none(self):
        self.assertEqual(self.breaks("bool validate_only = 15;", "bool validate_only = 15;\n  bool more = 16;"), "")


if __name__ == "__main__":
    if sys.argv[3:] == ["--record"]:
        sys.exit(buf("build", PROTO, "--exclude-source-info", "-o", BASELINE).returncode)
    unittest.main(argv=sys.argv[:1], verbosity=2)
