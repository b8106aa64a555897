#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_WAIT_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_WAIT_H_

#include <chrono>
#include <functional>

namespace suprsend_gateway::testing {

// Longer than anything takes, under sanitizers on a busy machine too.
inline constexpr std::chrono::seconds kPatience{30};

// Looks again and again whether it has come true; false where it has not while it was still time.
bool WaitUntil(const std::function<bool()>& is_true,
               std::chrono::steady_clock::duration time = kPatience);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_WAIT_H_
