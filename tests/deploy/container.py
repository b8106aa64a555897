"""The deploy tests' container engine: the images that deploy/Dockerfile makes, and their containers.

The engine is podman, and buildah builds. Images, and what buildah has cached, are kept in
the folder that the environment names as DEPLOY_IMAGES, or else in BUILD_DIR/deploy-images, so that a second
run builds only what has changed.
"""

import contextlib
import fcntl
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess

import pinned_tools
import processes

GATEWAY_IMAGE = "localhost/suprsend-gateway:test"
EMULATOR_IMAGE = "localhost/suprsend-emulator:test"

# What works without systemd and where the limits that podman would set are over this machine's own.
CONTAINERS_CONF = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
# Of a base image that we make: as Debian's slim images have it.
SLIM = [
    "force-unsafe-io",
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/info/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/man/*",
]
# The format is Docker's, since OCI's has no HEALTHCHECK.
BUILD = ["--isolation=chroot", "--network=host", "--format=docker", "--layers"]
# No capability, and nothing to write to.
STRICT = ["--cap-drop=all", "--security-opt=no-new-privileges"]
STRICT += ["--read-only", "--read-only-tmpfs=false", "--pull=never"]
BUILD_ARGS = ["CMAKE_BUILD_TYPE", "CXXFLAGS"]
NEEDED = ["podman", "buildah", "runc", "mmdebstrap", "nsenter", "curl"]


@contextlib.contextmanager
def locked(path):
    """Of the tests that run at once, one at a time is in here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Engine:
    """podman with a storage of its own. Only the images outlive a test."""

    def __init__(self, source, build):
        missing = [tool for tool in NEEDED if shutil.which(tool) is None]
        if missing:
            raise SystemExit(f"missing: {' '.join(missing)}; run deploy/install_packages.sh deploy")
        # Files and namespaces of containers belong to several users, as in a cluster.
        if os.geteuid() != 0:
            raise SystemExit("these tests start containers as root: sudo tests/run.sh deploy")
        self.source = pathlib.Path(source).resolve()
        kept = os.environ.get("DEPLOY_IMAGES") or pathlib.Path(build) / "deploy-images"
        self.work = pathlib.Path(kept).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        conf = self.work / "containers.conf"
        # Not anew: another test may be reading it.
        if not conf.exists() or conf.read_text() != CONTAINERS_CONF:
            conf.write_text(CONTAINERS_CONF)
        self.environment = {
            **os.environ,
            "CONTAINERS_CONF": str(conf),
            # There may be no systemd to run health checks; the tests run them.
            "DISABLE_HC_SYSTEMD": "true",
        }
        self.numbers = itertools.count()
        dockerfile = (self.source / "deploy/Dockerfile").read_text()
        base, self.suite = re.search(r"^ARG BASE=(debian:(\w+)-slim)$", dockerfile, re.M).groups()
        self.base = f"docker.io/library/{base}"

    def run(self, tool, *args, check=True, **options):
        command = [tool, f"--root={self.work}/root", f"--runroot={self.work}/run", *args]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, **options
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done

    def podman(self, *args, **options):
        return self.run("podman", *args, **options)

    def build_images(self):
        """Both images, from deploy/Dockerfile as it is; quick where nothing has changed."""
        with locked(self.work / "lock"):
            self._get_base()
            self._build("--target=emulator", EMULATOR_IMAGE)
            self._build("--target=gateway", GATEWAY_IMAGE)

    def _build(self, target, tag):
        print(f"building {tag}", flush=True)
        file = f"--file={self.source}/deploy/Dockerfile"
        # As it is shipped, unless the environment says how to compile.
        given = [f"--build-arg={name}={os.environ[name]}" for name in BUILD_ARGS if name in os.environ]
        build = ["buildah", "bud", *BUILD, *given, file, f"--tag={tag}", target, str(self.source)]
        pinned_tools.thrice(lambda: self.run(*build))

    def _get_base(self):
        """What the Dockerfile begins with: from its registry, or else made of Debian's packages."""
        if self.podman("image", "exists", self.base, check=False).returncode == 0:
            return
        if self.podman("pull", "--quiet", self.base, check=False).returncode == 0:
            return
        print(f"no registry answers: making {self.base} with mmdebstrap", flush=True)
        tar = self.work / "base.tar"
        options = [f"--dpkgopt={option}" for option in SLIM]
        command = ["mmdebstrap", "--quiet", "--variant=minbase", *options]
        command += [self.suite, str(tar), debian_mirror()]
        pinned_tools.thrice(lambda: subprocess.run(command, check=True))
        self.podman("import", str(tar), self.base)
        tar.unlink()

    def start(self, image, *flags, options=()):
        """A container on its way up, as strict as a restricted pod."""
        name = f"deploy-test-{os.getpid()}-{next(self.numbers)}"
        self.podman("run", "--detach", f"--name={name}", *STRICT, *options, image, *flags)
        return Container(self, name)


def debian_mirror():
    """The one that this machine's own packages come from, where it is a Debian."""
    listed = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI)",
            "Created-By: Packages",
            "Label: Debian",
        ],
        capture_output=True,
        text=True,
    ).stdout.split()
    return listed[0] if listed else "http://deb.debian.org/debian"


class Container:
    """A container by its name; remove() ends it."""

    def __init__(self, engine, name):
        self.engine = engine
        self.name = name

    def inspect(self):
        return json.loads(self.engine.podman("container", "inspect", self.name).stdout)[0]

    def logs(self):
        """What it wrote to stdout and stderr."""
        done = self.engine.podman("logs", self.name)
        return done.stdout + done.stderr

    def execute(self, *command, check=True):
        return self.engine.podman("exec", self.name, *command, check=check)

    def wait_for_log(self, text):
        def there():
            if text in self.logs():
                return True
            state = self.inspect()["State"]
            if state["Status"] == "exited":
                raise AssertionError(f"{self.name} exited: {self.logs()}")
            return False

        processes.wait_until(there, f"{text!r} in the log of {self.name}")
        return self

    def http(self, method, url, body=None, key=None):
        """Status and body of a request sent from within the container's network."""
        command = ["nsenter", f"--net=/proc/{self.inspect()['State']['Pid']}/ns/net"]
        command += ["curl", "-sS", "--max-time", "30", "-X", method, "-w", "\n%{http_code}", url]
        if key is not None:
            command += ["-H", f"Authorization: Bearer {key}"]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data-binary", "@-"]
        done = subprocess.run(
            command, input=json.dumps(body), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise AssertionError(f"{method} {url}: {done.stderr}")
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text

    def stop(self, grace):
        """SIGTERM, and SIGKILL after so many seconds; returns the exit code."""
        self.engine.podman("stop", f"--time={grace}", self.name)
        return self.inspect()["State"]["ExitCode"]

    def remove(self):
        self.engine.podman("rm", "--force", "--time=0", self.name, check=False)
