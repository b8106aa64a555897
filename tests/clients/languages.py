"""The languages that there is a client for, and the program of each that makes calls with it (its testee).

tests/clients/LANGUAGE/build.sh makes `testee` in a copy of the sources, so that nothing is left in the
project. It reads a JSON object a line, makes the call, and writes what came of it:

  {"target": "127.0.0.1:1", "tls": {"ca_file", "cert_file", "key_file"}, "style", "timeout_ms",
   "cancel_after_ms": 0 for before the call, "traceparent", "closed": true for a client that is closed,
   "request": {"execution_id", "recipients", "idempotency_key", "workflow_slug", "validate_only"} or
   "wire": the message's bytes in base64}
  {"reply": {"execution_ids", "execution_ids_may_be_incomplete", "cancelled_count": a number, or a text of
   one, "request_id"}} or
  {"failure": {"code", "message", "reason", "outcome", "safe_to_retry", "violations": [{"field",
   "description"}], "request_id", "retry_delay_ms": null for none, "metadata", "text": as it goes
   into a log, where the language has such a thing}}

A text {"not_unicode": true} is the language's own that has no faithful UTF-8.
"""

import dataclasses
import json
import os
import select
import shutil
import subprocess

import pinned_tools

SECONDS_FOR_A_CALL = 60


@dataclasses.dataclass(frozen=True)
class Language:
    tools: tuple = ()  # What must be there to build it.
    styles: tuple = ("",)  # Its ways to call, where there are several.
    # How long its library takes to see certificates that were replaced; None where it never does.
    seconds_to_read_again: float | None = 3
    # What new connections have while the key is another certificate's, or the authorities' file is empty: the
    # "last good" files, the "new" ones but for the broken, or "none" is made.
    with_other_key: str = "last good"
    with_empty_ca: str = "last good"


LANGUAGES = {
    "cpp": Language(styles=("blocking", "async"), with_other_key="none", with_empty_ca="new"),
    "go": Language(tools=("go",)),
    "java": Language(tools=("java", "javac", "mvn"), styles=("blocking", "async")),
    "node": Language(tools=("node", "npm"), with_other_key="none", with_empty_ca="none"),
    "python": Language(styles=("blocking", "async"), seconds_to_read_again=None),
}


def check_tools(name):
    missing = [tool for tool in LANGUAGES[name].tools if shutil.which(tool) is None]
    if missing:
        raise SystemExit(f"CANNOT TEST THE {name.upper()} CLIENT: there is no {', '.join(missing)} on this machine")


def copy_sources(name, source, tree):
    """What a client is made of, as it lies in the project. What is in the copy already stays: what building left
    there, and a file that the project has lost (remove the copy then)."""
    for folder in ("proto", f"client/{name}", f"tests/clients/{name}"):
        shutil.copytree(source / folder, tree / folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("node_modules", "target", "dist", "__pycache__"))  # fmt: skip
    shutil.copy(source / "client/service_config.json", tree / "client")


def build(name, source, build_folder):
    """Returns the path of the testee."""
    if name == "cpp":
        return build_folder / "bin/cpp_client_testee"
    check_tools(name)
    tree = build_folder / "clients" / name
    copy_sources(name, source, tree)
    folder = tree / "tests/clients" / name
    pinned_tools.thrice(lambda: subprocess.run(["bash", "build.sh"], cwd=folder, check=True))
    return folder / "testee"


class Testee:
    def __init__(self, program):
        # No proxy is to be asked for the way to a gateway; this one would not know it.
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment = {**inherited, "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1",
                       "HTTPS_PROXY": "http://127.0.0.1:1", "GRPC_VERBOSITY": "NONE"}  # fmt: skip
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def call(self, **call):
        self.process.stdin.write(json.dumps(call).encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], SECONDS_FOR_A_CALL)[0]:
            self.process.kill()  # Or its answer would be taken for that to the next call.
            raise AssertionError(f"no answer within {SECONDS_FOR_A_CALL} s")
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the testee ended with {self.process.wait()}")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=20)
        if code != 0:
            raise AssertionError(f"the testee ended with {code}")
