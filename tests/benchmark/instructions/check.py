#!/usr/bin/env python3
"""Counts the instructions of each step of a call, and fails where one takes over 10 % more than recorded.

BUILD_DIR is a Release build with bin/call_path. callgrind counts each step made 1000 times and 2000 times;
the difference is 1000 calls without the program's start. --record writes the counts to recorded.txt
instead of holding them against it. They hold for one distribution, processor and compiler; anywhere else
the check fails.
"""

import argparse
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

RECORD = pathlib.Path(__file__).with_name("recorded.txt")
TIMES = 1000
MAX_RATIO = 1.10
# Below it a jump would hide behind a figure that is too high.
MIN_RATIO = 0.90

# What CMakeCache.txt must say. Counts of any other build compare with nothing.
BUILD = {
    "CMAKE_BUILD_TYPE": "Release",
    "CMAKE_CXX_FLAGS": "",
    "CMAKE_CXX_FLAGS_RELEASE": "-O3 -DNDEBUG",
    "SANITIZE": "",
}

# Nothing of the user's. glibc would choose memcpy and its like by the processor's extensions.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-ERMS,-SSSE3,-SSE4_1,-SSE4_2",
}


class Fault(Exception):
    """Why nothing can be counted or compared."""


def run(command):
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"{' '.join(map(str, command))} failed:\n{done.stderr.rstrip()}")
    return done.stdout


def check_build(build):
    if not (build / "bin/call_path").exists():
        raise Fault(f"{build}/bin/call_path is missing; build it with -DBUILD_TESTS=ON")
    cache = (build / "CMakeCache.txt").read_text()
    settings = dict(re.findall(r"^(\w+):\w+=(.*)$", cache, re.MULTILINE))
    for name, value in BUILD.items():
        if settings.get(name) != value:
            raise Fault(f"{build} was built with {name}='{settings.get(name)}', not '{value}'")


def describe_platform(build):
    """What the counts depend on: "debian 12, x86_64, GNU 12"."""
    system = platform.freedesktop_os_release()
    compiler = next(build.glob("CMakeFiles/*/CMakeCXXCompiler.cmake")).read_text()
    name = re.search(r'CMAKE_CXX_COMPILER_ID "(\w+)"', compiler).group(1)
    version = re.search(r'CMAKE_CXX_COMPILER_VERSION "(\d+)', compiler).group(1)
    distribution = f"{system['ID']} {system.get('VERSION_ID', '')}".rstrip()
    return f"{distribution}, {platform.machine()}, {name} {version}"


def read_record(here):
    """The recorded count of each step."""
    if not RECORD.exists():
        raise Fault(f"{RECORD} is missing; make it with --record")
    lines = [line for line in RECORD.read_text().splitlines() if not line.startswith("#")]
    there = lines.pop(0).removeprefix("platform: ")
    if there != here:
        raise Fault(f"recorded.txt is of '{there}', this is '{here}': check there, or --record anew")
    return {step: int(count) for step, count in map(str.split, lines)}


def write_record(here, counted):
    lines = [
        "# Instructions per call, made by check.py --record. Counted by callgrind of "
        f"{run(['valgrind', '--version']).strip()}",
        f"# in CMake's Release ({BUILD['CMAKE_CXX_FLAGS_RELEASE']}).",
        f"platform: {here}",
    ]
    lines += [f"{step:<14}{count:>8}" for step, count in counted.items()]
    RECORD.write_text("\n".join(lines) + "\n")


def count_run(build, step, times):
    out = build / f"callgrind.{step}.out"
    # Without the options of VALGRIND_OPTS and .valgrindrc.
    valgrind = ["valgrind", "--command-line-only=yes", "-q", "--tool=callgrind"]
    run([*valgrind, f"--callgrind-out-file={out}", build / "bin/call_path", step, str(times)])
    return int(re.search(r"^totals: (\d+)$", out.read_text(), re.MULTILINE).group(1))


def count(build, step):
    return (count_run(build, step, 2 * TIMES) - count_run(build, step, TIMES)) // TIMES


def compare(build, recorded, counted):
    """Prints the table and what follows from it; whether all is well."""
    print(f"{'step':<14}{'recorded':>10}{'counted':>10}{'ratio':>8}")
    notes = []
    failed = recorded.keys() != counted.keys()
    for step in sorted(recorded.keys() ^ counted.keys()):
        which = "recorded.txt lacks" if step in counted else "call_path no longer has"
        notes.append(f"FAILED: {which} the step {step}; --record")
    for step in counted:
        if step not in recorded:
            continue
        ratio = counted[step] / recorded[step]
        print(f"{step:<14}{recorded[step]:>10}{counted[step]:>10}{ratio:>8.3f}")
        if ratio > MAX_RATIO:
            failed = True
            notes.append(
                f"FAILED: {step} takes {ratio - 1:.1%} more instructions than recorded, {MAX_RATIO - 1:.0%}"
                f" are allowed; see callgrind_annotate {build}/callgrind.{step}.out"
            )
        elif ratio < MIN_RATIO:
            notes.append(f"{step} takes {1 - ratio:.1%} less: record the new figure with --record")
    print("\n".join(notes), end="\n" if notes else "")
    return not failed


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("build", metavar="BUILD_DIR", type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    if shutil.which("valgrind") is None:
        raise Fault("valgrind is missing; deploy/install_packages.sh check installs it")
    check_build(build)
    here = describe_platform(build)
    recorded = None if arguments.record else read_record(here)
    counted = {step: count(build, step) for step in run([build / "bin/call_path", "--list"]).split()}
    if recorded is not None:
        return 0 if compare(build, recorded, counted) else 1
    write_record(here, counted)
    print(RECORD.read_text(), end="")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Fault as fault:
        sys.exit(f"check.py: {fault}")
