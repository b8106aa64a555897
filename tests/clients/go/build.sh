#!/usr/bin/env bash
# Checks the Go client, its example and the testee, and builds ./testee.
set -euo pipefail
cd "$(dirname "$0")"

unformatted=$(gofmt -l . ../../../client/go)
if [[ -n $unformatted ]]; then
  echo "gofmt would change: $unformatted" >&2
  exit 1
fi
(cd ../../../client/go && go vet ./...)
go vet ./...
go build -o testee .
