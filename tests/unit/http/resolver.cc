#include "tests/unit/http/resolver.h"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <mutex>
#include <string_view>

#include "tests/unit/http/client_harness.h"

namespace suprsend_gateway::http {
namespace {

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  bool hangs = false;
  int lookups = 0;  // Since the last HangingResolver came.
};

// Never destroyed: libcurl's resolver threads may outlive main().
State& TheState() {
  static State* const state = new State();
  return *state;
}

void HangWhileTold() {
  State& state = TheState();
  std::unique_lock lock(state.mutex);
  ++state.lookups;
  state.changed.notify_all();
  state.changed.wait(lock, [&state] { return !state.hangs; });
}

}  // namespace

HangingResolver::HangingResolver() {
  const std::lock_guard lock(TheState().mutex);
  TheState().hangs = true;
  TheState().lookups = 0;
}

bool HangingResolver::WaitForLookups(int count) {
  State& state = TheState();
  std::unique_lock lock(state.mutex);
  return state.changed.wait_for(lock, kPatience, [&] { return state.lookups >= count; });
}

void HangingResolver::Answer() {
  State& state = TheState();
  const std::lock_guard lock(state.mutex);
  state.hangs = false;
  state.changed.notify_all();
}

}  // namespace suprsend_gateway::http

// Takes the place of libc's for all of the process, libcurl too.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  static const auto system_getaddrinfo =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string_view name = node == nullptr ? "" : node;
  if (name == "nowhere.test") return EAI_NONAME;
  if (name == "hang.test") {
    suprsend_gateway::http::HangWhileTold();
    node = "127.0.0.1";
  }
  return system_getaddrinfo(node, service, hints, result);
}
