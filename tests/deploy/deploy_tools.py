"""The deploy tests' tools, each in its pinned version, in BUILD_DIR/deploy-tools."""

import pathlib

import pinned_tools

# With kubernetes-validate come the schemas of all Kubernetes versions that it knows.
PYTHON_PACKAGES = ["kubernetes-validate==1.37.0", "PyYAML==6.0.4", "grpcio==1.76.0", "grpcio-tools==1.76.0"]

# The newest that the Go of Debian 12 builds.
GO_PACKAGES = {
    "kube-score": "github.com/zegl/kube-score/cmd/kube-score@v1.17.0",
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5@v5.0.3",
}


def folder(build):
    return pathlib.Path(build).resolve() / "deploy-tools"


def add_python_packages(build):
    """Makes PYTHON_PACKAGES importable here."""
    pinned_tools.add_python_packages(folder(build), PYTHON_PACKAGES)


def go_program(build, name):
    """The path of one of GO_PACKAGES."""
    return pinned_tools.go_program(folder(build), GO_PACKAGES[name])
