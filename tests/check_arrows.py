#!/usr/bin/env python3
"""Holds every include under service/ and client/ against the arrows between the rooms.

Usage: check_arrows.py PROJECT_DIR BUILD_DIR

BUILD_DIR/room_arrows.txt is what service/CMakeLists.txt wrote of its links: a line "room: used rooms" each.
Those must be among the arrows of the design, which stand below; an include must follow a link, and
some libraries are for some rooms only. Exits with 1 and a line for each fault.
"""

import pathlib
import re
import sys

# The design. A room may use what stands behind it, and nothing else.
DESIGN = {
    "base": set(),
    "clock": set(),
    "net": {"base"},
    "admission": {"base", "clock"},
    "workflow": {"admission", "clock"},
    "http": {"base", "clock"},
    "suprsend": {"base", "clock", "http", "workflow"},
    "policy": {"base", "clock"},
    "security": {"base", "clock", "policy"},
    "telemetry": {"base"},
    "rpc": {"admission", "base", "clock", "policy", "security", "telemetry", "workflow"},
    "config": set(),
    "gateway": {
        "admission", "base", "clock", "config", "http", "net", "policy", "rpc", "security",
        "suprsend", "telemetry", "workflow",
    },
}

# Libraries by the start of the header's name, and the rooms that may include them.
LIBRARIES = {
    "grpc": {"rpc", "gateway"},
    "google/protobuf": {"rpc"},
    "suprsend/": {"rpc"},  # The generated API.
    "curl/": {"http", "config"},
    "rapidjson/": {"policy", "suprsend", "telemetry"},
    "prometheus/": {"telemetry"},
    "httplib": {"telemetry"},
    "absl/flags": {"config"},
    "openssl/": {"http", "net", "security"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def read_links(path):
    links = {}
    for line in path.read_text().splitlines():
        room, _, used = line.partition(":")
        links[room] = set(used.split())
    return links


def faults_of_links(links):
    for room, used in links.items():
        for other in sorted(used - DESIGN.get(room, set())):
            yield f"service/CMakeLists.txt: {room} links {other}, which the design does not allow"
    for room in sorted(DESIGN.keys() - links.keys()):
        yield f"service/CMakeLists.txt: there is no room {room}"


def faults_of_service_file(path, room, links):
    for header in INCLUDE.findall(path.read_text()):
        if header.startswith("service/"):
            other = header.split("/")[1]
            if other != room and other not in links.get(room, set()):
                yield f"{path}: {room} includes {header} without an arrow to {other}"
        elif header.startswith(("client/", "tests/")):
            yield f"{path}: the service includes {header}"
        for prefix, rooms in LIBRARIES.items():
            if header.startswith(prefix) and room not in rooms:
                yield f"{path}: {room} includes {header}, which is for {', '.join(sorted(rooms))}"


# gatewayctl checks policies with the gateway's own code, so that both say the same.
CLIENT_ROOMS = {"cpp": ("service/base/",), "cli": ("service/base/", "service/policy/")}


def faults_of_client_file(path, part):
    allowed = CLIENT_ROOMS.get(part, ())
    for header in INCLUDE.findall(path.read_text()):
        if header.startswith(("service/", "tests/")) and not header.startswith(allowed):
            yield f"{path}: a client includes {header}"
        if part == "cpp" and header.startswith("client/cli"):
            yield f"{path}: the library includes {header} of the command line tool"


def main():
    project, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    links = read_links(build / "room_arrows.txt")
    faults = list(faults_of_links(links))
    files = 0
    for path in sorted(project.glob("service/*/**/*")):
        if path.suffix in (".h", ".cc"):
            files += 1
            room = path.relative_to(project / "service").parts[0]
            faults += faults_of_service_file(path, room, links)
    for path in sorted(project.glob("client/**/*")):
        if path.suffix in (".h", ".cc"):
            files += 1
            part = path.relative_to(project / "client").parts[0]
            faults += faults_of_client_file(path, part)
    if files == 0:
        faults.append(f"{project}: no source files found")
    print("\n".join(faults) if faults else f"{files} files follow the arrows")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
