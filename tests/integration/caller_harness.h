#ifndef SUPRSEND_GATEWAY_TESTS_INTEGRATION_CALLER_HARNESS_H_
#define SUPRSEND_GATEWAY_TESTS_INTEGRATION_CALLER_HARNESS_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {

inline constexpr char kBilling[] = "spiffe://prod/ns/billing/sa/api";
inline constexpr char kOrders[] = "spiffe://prod/ns/orders/sa/api";

// A policy file's text in which each of these callers has these rules.
std::string PolicyFor(const std::vector<std::string>& callers, const std::string& rules);

// A gateway with TLS and a policy needs files; this makes them. Each can be replaced later.
class CallerTest : public ::testing::Test {
 protected:
  CallerTest();

  // The flags of a gateway with TLS, without a policy.
  std::vector<std::string> TlsFlags() const;
  // The same with `policy` for the policy file.
  std::vector<std::string> PolicyFlags(const std::string& policy) const;

  // What a client shows that has these names, such as "URI:spiffe://a,DNS:b".
  ClientTls Client(const std::string& name, const std::string& subject_alt_name) const;
  // What kBilling shows.
  const ClientTls& billing() const { return billing_; }

  // Replaces a file as `mv` does.
  void Replace(const std::string& name, const std::string& content) const;

  const CertificateAuthority authority_;
  const TempDir files_;
  RawUpstream upstream_{Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"))};

 private:
  ClientTls billing_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_INTEGRATION_CALLER_HARNESS_H_
