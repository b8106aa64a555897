"""A rendered overlay of deploy/kubernetes, as the checks look at it."""

import functools
import re

import kustomize
import yaml

GATEWAY = "gateway"  # The name of its container.
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class Overlay:
    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.documents = [document for document in yaml.safe_load_all(text) if document]

    @classmethod
    def render(cls, directory, build):
        return cls(directory.name, kustomize.render(directory, build))

    def of_kind(self, *kinds):
        return [document for document in self.documents if document["kind"] in kinds]

    @functools.cached_property
    def deployment(self):
        (deployment,) = self.of_kind("Deployment")
        return deployment

    @property
    def pod(self):
        return self.deployment["spec"]["template"]["spec"]

    @property
    def labels(self):
        return self.deployment["spec"]["template"]["metadata"]["labels"]

    @property
    def annotations(self):
        return self.deployment["spec"]["template"]["metadata"].get("annotations", {})

    def container(self, name):
        (found,) = [one for one in self.pod["containers"] if one["name"] == name]
        return found

    @property
    def args(self):
        return self.container(GATEWAY)["args"]

    def is_single(self):
        """One pod for one person."""
        return self.deployment["spec"].get("replicas") == 1

    def is_in_mesh(self):
        return "trust_forwarded_client_cert" in flags(self.args)


def flags(args):
    """{"listen": "127.0.0.1:50051", "reflection": "true"}, of a command line of --flag=value and --flag."""
    pairs = (arg.removeprefix("--").partition("=") for arg in args)
    return {name: value if equals else "true" for name, equals, value in pairs}


def known_flags(help_text):
    """The flags that a binary's --help lists, with their defaults."""
    return dict(re.findall(r"^  --(\w+)=?(\S*)", help_text, re.MULTILINE))


def port_of(address):
    return int(address.rpartition(":")[2])


def is_loopback(address):
    return address.startswith(("127.", "[::1]", "localhost"))


def seconds(duration):
    amount, unit = re.fullmatch(r"([\d.]+)(ms|s|m)", duration).groups()
    return float(amount) * {"ms": 0.001, "s": 1, "m": 60}[unit]


def size(quantity):
    amount, unit = re.fullmatch(r"(\d+)(Ki|Mi|Gi)", quantity).groups()
    return int(amount) * UNITS[unit]


def selects(selector, labels):
    """Whether a matchLabels selector that is not empty has these labels."""
    return bool(selector) and selector.items() <= labels.items()
