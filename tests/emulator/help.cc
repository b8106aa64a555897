#include "tests/emulator/help.h"

namespace suprsend_gateway::emulator {

const char kHelp[] =
    R"(suprsend-emulator stands in for SuprSend in development and tests: it keeps workflow runs in
memory, cancels them with SuprSend's rules, and fails on request.

Flags:
  --listen=127.0.0.1:8081   host:port to listen on; port 0 is the system's choice
  --api_key=emulator-key    the key that SuprSend's endpoints want: Authorization: Bearer KEY
  --seed_file=FILE          runs to start with, a JSON list of {"workflow_slug", "recipient",
                            "idempotency_key" (optional), "execution_id" (optional)}
  --accept_slug_alone       let workflow_slug be the only filter of a cancel (else 400)
  --help, --version

SuprSend's endpoints:
  POST /v1/workflow_run/cancel/
      {"execution_id", "recipients": [...], "idempotency_key", "workflow_slug"}, ANDed
      -> 200 {"execution_ids": [...]}
  POST /trigger/ and POST /{workspace_uid}/trigger/
      {"workflow", "recipients": ["id" or {"distinct_id", "$email", ...}], "data": {},
       "$idempotency_key" (optional)}, or a list of these
      -> 202 {"message_id", "status"}; one run a recipient. A trigger whose idempotency key was
      used before creates nothing and gets the first one's message_id.

The emulator's own endpoints, which need no key:
  GET /_emulator/runs       every run, with its state and how often it was cancelled
  GET /_emulator/requests   every request to SuprSend's endpoints, and how it was answered
  DELETE /_emulator/state   forget all runs, requests and faults
  PUT /_emulator/faults     replace all faults; a JSON list. The first that matches a request is
                            applied to it. Its fields, all optional:
      "path"           the whole path that it is for (default: any)
      "body_contains"  text that the request's body must contain (default: any)
      "times"          how many requests it hits (default: every one until replaced)
      "delay_ms"       wait first; 0 to 600000
      "status", "headers", "body", "body_size"
                       the reply, in place of the real one; 200 and empty unless said otherwise.
                       headers is an object of strings; body is padded with spaces to body_size
      "apply"          with a reply: true applies the request all the same (default: false)
      "drop"           "before" or "after" applying: close the connection without a reply
    One that only delays is then answered as usual. Faults come before the key is checked.

Example:
  curl -X PUT http://127.0.0.1:8081/_emulator/faults \
    -d '[{"times": 1, "status": 503, "headers": {"Retry-After": "1"}}, {"drop": "after"}]'
)";

}  // namespace suprsend_gateway::emulator
