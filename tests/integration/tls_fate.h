#ifndef TESTS_INTEGRATION_TLS_FATE_H_
#define TESTS_INTEGRATION_TLS_FATE_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "tests/support/tls_connection.h"
#include "tests/support/tls_exchange.h"

namespace suprsend_gateway::testing {

// What an upstream does with one call's POST once it was read whole.
struct TlsFate {
  std::string name;
  TlsScript act;
  // What the caller hears where neither another call's fate nor a failed handshake comes between.
  std::string verdict;
};

// Fates by chance: the same for the same seed. Safe for use by several threads.
class TlsFates {
 public:
  TlsFates(uint32_t seed, bool http2) : seed_(seed), http2_(http2) {}

  TlsFate OfCall(const std::string& id) const;
  Handshake OfConnection(int number) const;

 private:
  const uint32_t seed_;
  const bool http2_;
};

std::ostream& operator<<(std::ostream& out, const TlsFate& fate);

}  // namespace suprsend_gateway::testing

#endif  // TESTS_INTEGRATION_TLS_FATE_H_
