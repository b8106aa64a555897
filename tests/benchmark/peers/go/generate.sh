#!/usr/bin/env bash
# Generates the Go stubs of the gateway's API, with the plugins that go.mod names as tools.
# Usage: generate.sh OUTPUT_DIR     writes OUTPUT_DIR/gatewayv1/*.pb.go; build.sh makes it gen/
# Needs go, and protoc (Debian's protobuf-compiler).
set -euo pipefail
if [ $# -ne 1 ]; then
  echo "usage: generate.sh OUTPUT_DIR" >&2
  exit 2
fi

output=$(realpath -m -- "$1")
cd "$(dirname "$0")"
package=$(go list -m)/gen/gatewayv1
options=()
for file in suprsend/gateway/v1/{workflow_service,error_reason}.proto; do
  options+=("--go_opt=M$file=$package" "--go-grpc_opt=M$file=$package")
done
protoc_gen_go=$(go tool -n protoc-gen-go)
protoc_gen_go_grpc=$(go tool -n protoc-gen-go-grpc)

mkdir -p "$output"
protoc --proto_path=../../../../proto \
  --plugin="protoc-gen-go=$protoc_gen_go" --plugin="protoc-gen-go-grpc=$protoc_gen_go_grpc" \
  --go_out="$output" --go_opt="module=${package%/*}" \
  --go-grpc_out="$output" --go-grpc_opt="module=${package%/*}" \
  "${options[@]}" suprsend/gateway/v1/{workflow_service,error_reason}.proto
