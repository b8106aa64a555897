"""Renders a directory of deploy/kubernetes as `kubectl apply -k` would."""

import shutil
import subprocess
import sys

import deploy_tools


def render(directory, build=None):
    """The manifests as text; kubectl's own Kustomize, or where there is no kubectl one in BUILD_DIR.

    `build` is BUILD_DIR; left out it is the test's second argument.
    """
    if shutil.which("kubectl") is not None:
        command = ["kubectl", "kustomize"]
    else:
        command = [deploy_tools.go_program(build or sys.argv[2], "kustomize"), "build"]
    done = subprocess.run([*command, str(directory)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} {directory}: {done.stderr}")
    return done.stdout
