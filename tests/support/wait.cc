#include "tests/support/wait.h"

#include <thread>

namespace suprsend_gateway::testing {

bool WaitUntil(const std::function<bool()>& is_true, std::chrono::steady_clock::duration time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!is_true()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace suprsend_gateway::testing
