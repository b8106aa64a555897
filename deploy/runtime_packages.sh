#!/usr/bin/env bash
# Prints the Debian packages that binaries load their libraries from, one a line, under the names that this
# release of Debian gives them.
# Usage: runtime_packages.sh BINARY...
set -euo pipefail

libraries=$(for binary in "$@"; do ldd "$binary"; done)
if grep 'not found' <<<"$libraries" >&2; then exit 1; fi
sed -n 's/.* => \(.*\) (0x.*/\1/p' <<<"$libraries" | xargs readlink -f | sort -u | while read -r library; do
  # What lies in /usr/lib may still stand as /lib in its package.
  dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "${library#/usr}"
done | cut -d: -f1 | sort -u
