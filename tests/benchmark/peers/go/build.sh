#!/usr/bin/env bash
# Builds the Go gateway that the benchmark compares with.
# Usage: build.sh OUTPUT_BINARY
# Needs go, and protoc (Debian's protobuf-compiler).
set -euo pipefail
if [ $# -ne 1 ]; then
  echo "usage: build.sh OUTPUT_BINARY" >&2
  exit 2
fi

output=$(realpath -m -- "$1")
cd "$(dirname "$0")"
./generate.sh gen
go build -trimpath -o "$output" .
