#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_HTTP_CALL_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_HTTP_CALL_H_

#include <string>
#include <vector>

namespace suprsend_gateway::testing {

struct HttpReply {
  // 0 when no answer came.
  int status = 0;
  // As they came, one a line.
  std::string headers;
  std::string body;
};

enum class HttpVersion { k1, k2 };  // 2: in plaintext, by prior knowledge, as gRPC speaks it.

// One HTTP exchange on a connection of its own, for the admin port and the emulator's own
// endpoints. Blocks for at most 30 s.
HttpReply HttpCall(const std::string& method, const std::string& url, const std::string& body = "",
                   const std::vector<std::string>& header_lines = {},
                   HttpVersion version = HttpVersion::k1);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_HTTP_CALL_H_
