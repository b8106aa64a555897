#!/usr/bin/env python3
"""Holds every overlay of deploy/kubernetes against schemas, kube-score, our own rules and the real gateway, which
must start with its flags and files.

Usage: manifests_test.py SOURCE_DIR BUILD_DIR
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import types
import unittest

import deploy_tools

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
deploy_tools.add_python_packages(BUILD)

import gateway_trial
import kubernetes_validate
import processes
from manifest_mesh_rules import MESH_RULES
from manifest_model import Overlay, flags, known_flags
from manifest_rules import RULES

KUBERNETES = SOURCE / "deploy/kubernetes"

# Kinds that Kubernetes' own schemas do not have, and who defines them. What we write of these is held by
# MESH_RULES. Any other kind without a schema is a fault.
KINDS_WITHOUT_SCHEMA = {
    ("networking.istio.io/v1", "Sidecar"): "Istio",
    ("networking.istio.io/v1", "VirtualService"): "Istio",
    ("security.istio.io/v1", "PeerAuthentication"): "Istio",
}

KUBE_SCORE = [
    "--exit-one-on-warning",
    "--enable-optional-test=container-seccomp-profile",
    "--enable-optional-test=container-ports-check",
    # Why CPU has no limit stands in base/deployment.yaml. An annotation would switch off more: the check of all
    # resources.
    "--ignore-container-cpu-limit",
]
IGNORED = "kube-score/ignore"

OWN_POLICY = '{"callers": {"support.internal": {}}}\n'


def number(pattern, text):
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"README.md no longer says what the memory is reckoned by: {pattern}")
    return int(found.group(1))


def readme_yaml(begins_with):
    """The one block of YAML in the README that begins so, as an operator would copy it."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", (SOURCE / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if block.startswith(begins_with)]
    return block


def built_on_production(*more):
    """README's "Install": an operator's own kustomization, with `more` at its end."""
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory).resolve()
        (directory / "suprsend-gateway").symlink_to(SOURCE)
        (directory / "kustomization.yaml").write_text("".join([readme_yaml("# kustomization.yaml\n"), *more]))
        (directory / "policy.json").write_text(OWN_POLICY)
        return Overlay.render(directory, BUILD)


def help_of(binary):
    command = [BUILD / "bin" / binary, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read_facts():
    """What the manifests are held against: of the binaries, of CMakeLists.txt and of the README."""
    readme = (SOURCE / "README.md").read_text()
    project = (SOURCE / "CMakeLists.txt").read_text()
    return types.SimpleNamespace(
        gateway_flags=known_flags(help_of("suprsend-gateway")),
        emulator_flags=known_flags(help_of("suprsend-emulator")),
        version=re.search(r"^project\(\S+ VERSION ([\d.]+)", project, re.MULTILINE).group(1),
        bytes_per_call=number(r"a call in flight takes up to (\d+) KB", readme) * 1000,
        bytes_at_10000=number(r"peak RSS there \| [^|]* (\d+) MB", readme) * 1000**2,
        idle_bytes=number(r"idle RSS, [^|]*\| (\d+) MB", readme) * 1000**2,
    )


class ManifestsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.facts = read_facts()
        directories = [KUBERNETES / "base", *sorted((KUBERNETES / "overlays").iterdir())]
        cls.overlays = [Overlay.render(directory, BUILD) for directory in directories]

    def test_these_overlays_are_there(self):
        names = {overlay.name for overlay in self.overlays}
        self.assertLessEqual({"base", "local", "production", "mesh"}, names)

    def for_each(self, check):
        for overlay in self.overlays:
            with self.subTest(overlay.name):
                check(overlay)

    def test_every_kind_is_valid_in_the_oldest_and_the_newest_kubernetes(self):
        versions = kubernetes_validate.utils.all_versions()
        without_schema = set()

        def check(overlay):
            for document in overlay.documents:
                for version in versions[0], versions[-1]:
                    try:
                        kubernetes_validate.validate(document, version, strict=True)
                    except kubernetes_validate.SchemaNotFoundError as error:
                        kind = document["apiVersion"], document["kind"]
                        self.assertIn(kind, KINDS_WITHOUT_SCHEMA, error.message)
                        without_schema.add(kind)
                    except kubernetes_validate.ValidationError as error:
                        path = ".".join(map(str, error.path))
                        self.fail(f"{document['kind']}, Kubernetes {version}: {path}: {error.message}")

        self.for_each(check)
        self.assertEqual(without_schema, KINDS_WITHOUT_SCHEMA.keys())

    def test_kube_score_finds_nothing(self):
        command = [deploy_tools.go_program(BUILD, "kube-score"), "score", *KUBE_SCORE, "-"]

        def check(overlay):
            done = subprocess.run(command, input=overlay.text, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("apps/v1/Deployment suprsend-gateway", done.stdout)

        self.for_each(check)

    def test_what_kube_score_ignores_is_explained(self):
        explained = set()
        for path in sorted(KUBERNETES.rglob("*.yaml")):
            comment = ""
            for line in map(str.strip, path.read_text().splitlines()):
                key, _, value = line.partition(": ")
                for check in value.split(",") if key == IGNORED else []:
                    self.assertRegex(comment, rf"(?m)^# {check}: \w+", f"{path} does not say above why")
                    explained.add(check)
                comment = f"{comment}{line}\n" if line.startswith("#") else ""
        ignored = set()
        for overlay in self.overlays:
            for document in [*overlay.documents, overlay.deployment["spec"]["template"]]:
                ignored |= set(document["metadata"].get("annotations", {}).get(IGNORED, "").split(","))
        self.assertEqual(ignored - {""}, explained)

    def test_our_own_rules(self):
        def check(overlay):
            rules = RULES + MESH_RULES if overlay.is_in_mesh() else RULES
            faults = [f"{rule.__name__}: {fault}" for rule in rules for fault in rule(overlay, self.facts)]
            if faults:
                self.fail("\n".join(faults))

        self.for_each(check)
        self.assertIn("mesh", [one.name for one in self.overlays if one.is_in_mesh()])

    def test_the_gateway_starts_with_these_flags_and_files(self):
        def check(overlay):
            with gateway_trial.started(BUILD / "bin/suprsend-gateway", overlay) as port:
                for path in "/readyz", "/livez":
                    processes.wait_until(lambda asked=path: gateway_trial.answer(port, asked) == 200, path)

        self.for_each(check)

    def test_an_operator_builds_on_production(self):
        own = built_on_production()
        for document in own.documents:
            namespace = None if document["kind"] == "PriorityClass" else "suprsend-gateway"
            self.assertEqual(document["metadata"].get("namespace"), namespace, document["kind"])
        self.assertEqual(own.container("gateway")["image"], "REGISTRY/suprsend-gateway:VERSION")
        (policy,) = own.of_kind("ConfigMap")
        self.assertEqual(policy["metadata"]["name"], "suprsend-gateway-policy")
        self.assertEqual(policy["data"], {"policy.json": OWN_POLICY})
        self.assertIn("caller_policy_file", flags(own.args))

    def test_the_callers_authorities_may_come_from_a_config_map(self):
        own = built_on_production(readme_yaml("patches:\n"))
        kubernetes_validate.validate(own.deployment, kubernetes_validate.utils.all_versions()[0], strict=True)
        with gateway_trial.started(BUILD / "bin/suprsend-gateway", own) as port:
            self.assertEqual(gateway_trial.answer(port, "/readyz"), 200)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
