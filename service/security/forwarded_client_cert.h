#ifndef SERVICE_SECURITY_FORWARDED_CLIENT_CERT_H_
#define SERVICE_SECURITY_FORWARDED_CLIENT_CERT_H_

#include <string_view>

#include "service/policy/policy.h"

namespace suprsend_gateway::security {

// The names in Envoy's x-forwarded-client-cert header, of whom the proxy before us has verified:
//   By=spiffe://us;Hash=…;URI=spiffe://prod/ns/billing/sa/api;DNS=billing.internal
// Of several elements (a comma apart; each proxy adds one) the last counts: what stands before it
// was written by whoever called our own proxy. No names where the header is not well formed, which
// needs keys of letters only.
policy::CallerNames NamesInForwardedClientCert(std::string_view header);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_FORWARDED_CLIENT_CERT_H_
