#!/usr/bin/env python3
"""Types what client/LANGUAGE/README.md says, in an empty folder, in front of a real gateway.

Usage: readme_test.py LANGUAGE SOURCE BUILD

The README has, each after a comment that names it: `<!-- install -->` and `<!-- run -->`, which a shell
runs with GATEWAY_SOURCE naming the project's folder (here a copy), and `<!-- file: NAME -->`, the program
that is put there in between. It is the same as client/LANGUAGE/example/NAME.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import gateways
import languages
import pinned_tools

LANGUAGE = sys.argv[1]
SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[2:4])
README = SOURCE / "client" / LANGUAGE / "README.md"
BLOCK = re.compile(r"^<!-- (.+?) -->\n+```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "127.0.0.1:50051"


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        languages.check_tools(LANGUAGE)
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.gateway = gateways.Gateway(BUILD, folder / "gateway", ["--max_attempts=1"])
        cls.addClassCleanup(cls.gateway.end)
        cls.blocks = dict(BLOCK.findall(README.read_text()))
        (file,) = [name for name in cls.blocks if name.startswith("file: ")]
        cls.program = file.removeprefix("file: ")
        cls.project = folder / "project"
        cls.project.mkdir()
        source = folder / "source"
        if LANGUAGE == "cpp":
            source = SOURCE  # Nothing is built in it.
        else:
            languages.copy_sources(LANGUAGE, SOURCE, source)
        cls.environment = {**os.environ, "GATEWAY_SOURCE": str(source)}
        pinned_tools.thrice(cls.install)
        code = cls.blocks[file]
        assert ADDRESS in code, f"the program does not call {ADDRESS}"
        (cls.project / cls.program).parent.mkdir(parents=True, exist_ok=True)
        (cls.project / cls.program).write_text(code.replace(ADDRESS, cls.gateway.target))

    @classmethod
    def install(cls):
        shutil.rmtree(cls.project)
        cls.project.mkdir()
        code, out, err = cls.type("install")
        if code != 0:
            raise SystemExit(out + err)

    @classmethod
    def type(cls, name):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", cls.blocks[name]], cwd=cls.project,
                              env=cls.environment, capture_output=True, text=True)  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def run_program(self, *faults):
        self.gateway.forget()
        self.gateway.emulator.trigger("order-confirmation", ["ann"])
        self.gateway.emulator.set_faults(*faults)
        return self.type("run")

    def test_the_program_is_the_example(self):
        (example,) = (SOURCE / "client" / LANGUAGE).glob(f"example/**/{pathlib.Path(self.program).name}")
        self.assertEqual(self.blocks[f"file: {self.program}"], example.read_text())

    def test_it_cancels(self):
        code, out, err = self.run_program()
        self.assertEqual(code, 0, out + err)
        self.assertRegex(out, r"cancelled 1: \S+")
        self.assertEqual([run["state"] for run in self.gateway.emulator.runs()], ["cancelled"])

    def test_it_tells_the_three_kinds_of_failure(self):
        kinds = {429: "nothing was cancelled", 500: "may have been cancelled", 409: "not get better by itself"}
        for status in kinds:
            code, out, err = self.run_program({"status": status})
            self.assertNotEqual(code, 0, out + err)
            for other, words in kinds.items():
                (self.assertIn if other == status else self.assertNotIn)(words, out + err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
