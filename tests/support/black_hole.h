#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_BLACK_HOLE_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_BLACK_HOLE_H_

#include <string>
#include <vector>

namespace suprsend_gateway::testing {

// A port on loopback to which connecting neither succeeds nor fails: its queue of connections is
// full, and nobody accepts.
class BlackHole {
 public:
  BlackHole();
  ~BlackHole();
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;

  // "http://127.0.0.1:PORT/".
  std::string Url() const;

 private:
  int port_ = 0;
  // The listener and the connections that fill its queue.
  std::vector<int> fds_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_BLACK_HOLE_H_
