"""Tools that no distribution packages, each in its pinned version, in a folder of the build.

What is there already is not installed again. Tests may run at once: a lock has them wait for each other.
"""

import contextlib
import fcntl
import os
import shutil
import site
import subprocess
import sys
import time


@contextlib.contextmanager
def locked(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def thrice(attempt):
    """For what downloads, which may fail once; not all installers try again. Tells of each failure."""
    for pause in 5, 15, None:
        try:
            return attempt()
        except (subprocess.CalledProcessError, AssertionError, SystemExit) as failure:
            if pause is None:
                raise
            print(f"{failure}\ntrying again in {pause} s", file=sys.stderr, flush=True)
            time.sleep(pause)


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")


def add_python_packages(folder, packages):
    """Makes the packages ("name==version") importable here."""
    with locked(folder):
        venv = folder / "venv"
        installed = venv / "pinned-packages.txt"
        wanted = "\n".join([sys.version, *packages])
        if not installed.exists() or installed.read_text() != wanted:
            run(sys.executable, "-m", "venv", "--clear", venv)
            pip = [venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
            thrice(lambda: run(*pip, *packages))
            installed.write_text(wanted)
        (found,) = venv.glob("lib/python*/site-packages")
    site.addsitedir(found)


def go_program(folder, package):
    """The path of the program that "module/path/name@version" builds."""
    path, _, version = package.rpartition("@")
    name = path.rpartition("/")[2]
    if name[1:].isdigit():
        name = path.split("/")[-2]  # The last part is the major version: kustomize/v5.
    with locked(folder):
        programs = folder / "bin" / version
        program = programs / name
        if not program.exists():
            if shutil.which("go") is None:
                raise SystemExit(f"no go, which {name} is built with: deploy/install_packages.sh has it")
            print(f"installing {name} with go: this takes a minute or two", file=sys.stderr, flush=True)
            thrice(lambda: run("go", "install", package, env={**os.environ, "GOBIN": str(programs)}))
        return str(program)


def npm_program(folder, package, name):
    """The path of a program in an npm package ("@scope/name@version")."""
    with locked(folder):
        place = folder / "npm" / package.replace("/", "-")
        program = place / "node_modules/.bin" / name
        if not program.exists():
            if shutil.which("npm") is None:
                raise SystemExit(f"no npm, which {name} comes by: deploy/install_packages.sh clients")
            place.mkdir(parents=True, exist_ok=True)
            npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"--prefix={place}"]
            thrice(lambda: run(*npm, package))
        return str(program)
