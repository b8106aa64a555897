#!/usr/bin/env python3
"""Holds the README's status table, the enum of reasons and the clients' vectors against the table of the code.

Usage: check_status_table.py PROJECT_DIR

Every row of kFailureTable (service/workflow/failure.h) must stand in the README with its code, reason
and outcome, and the README may have no other; the reasons must be those of error_reason.proto; and one of
tests/clients/vectors.json must expect it.
Exits with 1 and a line for each fault.
"""

import json
import pathlib
import re
import sys

ROW = re.compile(
    r'\{FailureKind::k\w+,\s*absl::StatusCode::k(\w+),\s*"(\w+)",\s*Outcome::k(\w+)'
)
REASON = re.compile(r"^  ([A-Z_]+) = [1-9]\d*;", re.MULTILINE)


def screaming(camel):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", camel).upper()


def main():
    project = pathlib.Path(sys.argv[1])
    code = {
        (screaming(status), reason, screaming(outcome))
        for status, reason, outcome in ROW.findall(
            (project / "service/workflow/failure.h").read_text()
        )
    }
    readme = (project / "README.md").read_text().partition("<!-- status-table")[2]
    table = [line for line in readme.partition("\n\n")[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    told = {tuple(row[1:4]) for row in cells}
    reasons = set(
        REASON.findall((project / "proto/suprsend/gateway/v1/error_reason.proto").read_text())
    )

    faults = [f"README.md lacks the row {row}" for row in sorted(code - told)]
    faults += [f"README.md has the row {row}, the code has not" for row in sorted(told - code)]
    faults += [
        f"error_reason.proto and failure.h differ in {reason}"
        for reason in sorted({row[1] for row in code} ^ reasons)
    ]
    vectors = json.loads((project / "tests/clients/vectors.json").read_text())
    failures = [vector["expect"].get("failure", {}) for vector in vectors]
    tried = {tuple(map(str, (f.get("code"), f.get("reason"), f.get("outcome")))) for f in failures}
    faults += [f"tests/clients/vectors.json lacks the row {row}" for row in sorted(code - tried)]
    if not code or not reasons:
        faults.append("nothing to compare: the patterns of this script match nothing")
    print("\n".join(faults) if faults else f"{len(code)} rows agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
