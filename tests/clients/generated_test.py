#!/usr/bin/env python3
"""Holds what client/LANGUAGE/generate.sh has generated, and is checked in, against what it generates now.

Usage: generated_test.py SOURCE BUILD
"""

import filecmp
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import languages

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])


def differences(comparison, where=""):
    yield from (f"{where}{name}" for name in comparison.left_only + comparison.right_only + comparison.diff_files)
    for name, inner in comparison.subdirs.items():
        yield from differences(inner, f"{where}{name}/")


class Generated(unittest.TestCase):
    def test_each_is_fresh(self):
        scripts = sorted(SOURCE.glob("client/*/generate.sh"))
        self.assertTrue(scripts)
        for script in scripts:
            language = script.parent.name
            with self.subTest(language), tempfile.TemporaryDirectory() as folder:
                languages.check_tools(language)
                tree = pathlib.Path(folder)
                languages.copy_sources(language, SOURCE, tree)
                before = pathlib.Path(folder) / "before"
                subprocess.run(["cp", "-r", tree / "client" / language, before], check=True)
                environment = {**os.environ, "GENERATE_CACHE": str(BUILD / "clients/tools/generate")}
                subprocess.run(["bash", tree / "client" / language / "generate.sh"], check=True, env=environment)
                found = list(differences(filecmp.dircmp(before, tree / "client" / language, ignore=["node_modules"])))
                self.assertEqual(found, [], f"run client/{language}/generate.sh")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
