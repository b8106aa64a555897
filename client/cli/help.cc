#include "client/cli/help.h"

namespace suprsend_gateway::cli {

std::string GeneralHelp() {
  return R"(gatewayctl cancels SuprSend workflow runs through a suprsend-gateway.

Usage:
  gatewayctl cancel FILTER... [OPTION...]   cancel running workflow executions
  gatewayctl health [OPTION...]             ask the gateway whether it is ready
  gatewayctl policy check FILE              check a file of rules for callers
  gatewayctl policy explain FILE CALL...    say what such a file makes of a call
  gatewayctl COMMAND --help                 all about one command, with examples
  gatewayctl --help | --version

Try it:
  gatewayctl health
  gatewayctl cancel --recipient=user-1 --workflow_slug=order-reminder
)";
}

std::string CancelHelp() {
  return R"(Cancels the running workflow executions that match every filter that you give.

Usage: gatewayctl cancel FILTER... [OPTION...]

Filters, one at least. Each of them narrows what is cancelled:
  --execution_id=ID       one run, by its id in SuprSend's workflow logs
  --recipient=ID          a recipient: distinct_id or contact info; repeat it for several
  --idempotency_key=KEY   the key that the workflow was triggered with
  --workflow_slug=SLUG    the workflow

Options:
  --validate_only         only have the request checked; nothing goes to SuprSend
  --timeout=DURATION      how long to wait: over 0, at most 1h (default 10s); the gateway has a
                          ceiling of its own, 30s unless configured otherwise
  --address=HOST:PORT     the gateway (default 127.0.0.1:50051), in plaintext without these three:
  --tls_ca_file=FILE      PEM: the authorities that vouch for the gateway
  --tls_cert_file=FILE    PEM: your certificate with its chain
  --tls_key_file=FILE     PEM: the key that belongs to it
  --output=text|json      text (default): on stdout the ids of the cancelled runs, one a line;
                          everything else, failures too, on stderr
                          json: on stdout one document of proto JSON, the CancelWorkflowResponse
                          or the failure as google.rpc.Status
  --help                  this text

--name=value and --name value are the same. A value is passed on as it is, even an empty one, which
the gateway refuses. Only --recipient may be given more than once.

Examples:
  gatewayctl cancel --execution_id=01JX5QK9WE3M
  gatewayctl cancel --recipient=user-1 --recipient=user-2 --workflow_slug=order-reminder
  gatewayctl cancel --idempotency_key=order-1017 --timeout=5s --output=json
  gatewayctl cancel --workflow_slug=order-reminder --recipient=user-1 --validate_only

Exit codes:
  0  done; no running workflow may have matched
  2  bad request: the command line, or INVALID_ARGUMENT from the gateway; nothing was cancelled
  3  nothing was cancelled, and it may be tried again
  4  outcome unknown: runs may have been cancelled. Also where the gateway was not reached: the
     failure then comes from a library or a proxy, which cannot know
  5  other: nothing was cancelled and trying again will not help, or the output could not be written
)";
}

std::string HealthHelp() {
  return R"(Asks the gateway's admin port (GET /readyz) whether it is ready, and prints what it says.

Usage: gatewayctl health [OPTION...]

Options:
  --admin_address=HOST:PORT   the gateway's admin port (default 127.0.0.1:9464)
  --help                      this text

Example:
  gatewayctl health --admin_address=127.0.0.1:9464

Exit codes:
  0  ready
  1  not ready, or no answer within 2s
  2  bad command line
  5  ready, but that could not be written
)";
}

std::string PolicyHelp() {
  return R"(Checks a policy, the JSON file that tells a gateway which callers may do what, and says what it
makes of a call. No gateway is asked.

Usage:
  gatewayctl policy check FILE
  gatewayctl policy explain FILE --caller=NAME FILTER...

check reads the file as the gateway does, and tells the first fault by line, column and field.
explain prints the rules of the caller, and whether they allow a call with these filters. What is in
a filter matters only for --workflow_slug. The quota and the rules for any request are left aside.

Options of explain:
  --caller=NAME           the caller: a URI or DNS name of its certificate, as the file has it
  --execution_id=ID       the filters of the call, one at least, as for gatewayctl cancel
  --recipient=ID
  --idempotency_key=KEY
  --workflow_slug=SLUG
  --help                  this text

FILE may be a pipe, such as /dev/stdin.

Examples:
  gatewayctl policy check policy.json
  gatewayctl policy explain policy.json --caller=billing.internal --workflow_slug=invoice \
    --recipient=user-1

Exit codes:
  0  check: the file is good; explain: the call is allowed
  1  explain: the call is refused, or the caller is not in the file
  2  bad command line, or a file that cannot be read or is no policy
  5  0, but that could not be written
)";
}

std::string VersionLine() { return "gatewayctl " GATEWAY_VERSION "\n"; }

}  // namespace suprsend_gateway::cli
