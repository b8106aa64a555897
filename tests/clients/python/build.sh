#!/usr/bin/env bash
# Installs the client and what ./testee needs into ./venv, and checks both. Run in this directory.
set -euo pipefail

client=../../../client/python
rm -rf venv
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements.txt
# Without what it depends on, since that is pinned above.
venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation "$client"
venv/bin/pip check

checked=("$client/src" "$client/example" testee.py)
venv/bin/mypy --config-file "$client/pyproject.toml" "${checked[@]}"
venv/bin/ruff --quiet format --config "$client/pyproject.toml" --check "${checked[@]}"
venv/bin/ruff --quiet check --config "$client/pyproject.toml" "${checked[@]}"
venv/bin/python -W error -c 'import suprsend_gateway'
chmod +x testee
