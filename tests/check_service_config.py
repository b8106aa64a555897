#!/usr/bin/env python3
"""Holds the README's service config for gRPC clients against the one that the tests use and the clients'.

The clients' has no timeout: they give each call a deadline, which a timeout there would cut short.

Usage: check_service_config.py PROJECT_DIR

Exits with 1 and a line where they differ.
"""

import json
import pathlib
import re
import sys


def main():
    project = pathlib.Path(sys.argv[1])
    readme = re.search(r"```json\n(\{.*?\n\})\n```", (project / "README.md").read_text(), re.DOTALL)
    code = re.search(
        r'kRecommendedServiceConfig\[\] = R"\((\{.*?\n\})\)"',
        (project / "tests/support/gateway_client.cc").read_text(),
        re.DOTALL,
    )
    if readme is None or code is None:
        print("nothing to compare: the patterns of this script match nothing")
        return 1
    if json.loads(readme.group(1)) != json.loads(code.group(1)):
        print("README.md and tests/support/gateway_client.cc have different service configs")
        return 1
    clients = json.loads((project / "client/service_config.json").read_text())
    told = json.loads(readme.group(1))
    del told["methodConfig"][0]["timeout"]
    if clients != told:
        print("README.md and client/service_config.json have different service configs")
        return 1
    print("the service configs agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
