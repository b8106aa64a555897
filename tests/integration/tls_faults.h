#ifndef TESTS_INTEGRATION_TLS_FAULTS_H_
#define TESTS_INTEGRATION_TLS_FAULTS_H_

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/tls_exchange.h"

namespace suprsend_gateway::testing {

// What an upstream can do wrong with a POST that it has read whole.
struct TlsFault {
  std::string name;
  TlsScript act;
  std::string verdict;  // As CallReply::Verdict() has it.
  bool http2 = false;
  // The call goes on until its deadline.
  bool silent = false;
  // The connection is left open, but another call on it would be lost too.
  bool spoils_connection = false;
  // What a call may hear instead where several meet the fault at once.
  std::string or_verdict;
};

std::ostream& operator<<(std::ostream& out, const TlsFault& fault);

std::vector<TlsFault> Http11Faults();
std::vector<TlsFault> Http2Faults();

}  // namespace suprsend_gateway::testing

#endif  // TESTS_INTEGRATION_TLS_FAULTS_H_
