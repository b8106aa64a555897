#ifndef TESTS_EMULATOR_HTTP_MESSAGE_H_
#define TESTS_EMULATOR_HTTP_MESSAGE_H_

#include <string>
#include <utility>
#include <vector>

namespace suprsend_gateway::emulator {

// In the order sent where that is known; names as sent, not folded.
using Headers = std::vector<std::pair<std::string, std::string>>;

// A request that arrived whole.
struct Request {
  std::string method;
  std::string path;   // as sent, not percent-decoded, without the query
  std::string query;  // what follows the first '?', or empty
  Headers headers;
  std::string body;
  std::string peer;  // "address:port", one for each connection
};

// The server adds Content-Length and the headers about the connection.
struct Reply {
  int status = 200;
  Headers headers;
  std::string body;
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_HTTP_MESSAGE_H_
