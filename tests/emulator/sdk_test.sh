#!/bin/sh
# Runs sdk_test.py against the emulator BINARY with SuprSend's SDK from PyPI, which it installs into
# WORK_DIR once. Never skips: without python3-venv or PyPI it fails.
# usage: sdk_test.sh BINARY WORK_DIR
set -eu
binary=$1
venv=$2/sdk-venv
sdk=suprsend-py-sdk==0.20.0
here=$(cd "$(dirname "$0")" && pwd)

if [ ! -x "$venv/bin/pip" ]; then
  rm -rf "$venv"
  if ! python3 -m venv "$venv"; then
    rm -rf "$venv"
    echo "sdk_test: FAILED: python3 -m venv does not work; install python3-venv" >&2
    exit 1
  fi
fi
if ! "$venv/bin/pip" install --quiet --disable-pip-version-check "$sdk"; then
  echo "sdk_test: FAILED: $sdk cannot be had from PyPI; is there a network?" >&2
  exit 1
fi
PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" "$here/sdk_test.py" "$binary"
