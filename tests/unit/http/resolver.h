#ifndef TESTS_UNIT_HTTP_RESOLVER_H_
#define TESTS_UNIT_HTTP_RESOLVER_H_

namespace suprsend_gateway::http {

// This binary has a getaddrinfo of its own. "hang.test" has no answer while a HangingResolver is
// there, and is 127.0.0.1 after that; "nowhere.test" does not exist; other names go to the
// system's.
class HangingResolver {
 public:
  HangingResolver();
  ~HangingResolver() { Answer(); }
  HangingResolver(const HangingResolver&) = delete;
  HangingResolver& operator=(const HangingResolver&) = delete;

  // Blocks until so many lookups have come to hang; false where that takes too long.
  bool WaitForLookups(int count);
  void Answer();
};

}  // namespace suprsend_gateway::http

#endif  // TESTS_UNIT_HTTP_RESOLVER_H_
