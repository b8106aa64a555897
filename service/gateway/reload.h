#ifndef SERVICE_GATEWAY_RELOAD_H_
#define SERVICE_GATEWAY_RELOAD_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/gateway/file_states.h"
#include "service/security/file_watch.h"
#include "service/telemetry/log_writer.h"

namespace suprsend_gateway::gateway {

// Has files read again when they change, and tells the log and FileStates what came of it.
struct Reload {
  security::FileWatch& watch;
  FileStates& states;
  telemetry::LogWriter& log;

  // `what`: their name in FileStates, and what the log calls them. `read_again`: takes what the
  // files hold now, on the watch's thread, and says what that is, nothing where it is as before; or
  // takes nothing and says why, and then the old stays in use. What stands now counts as known:
  // call this before reading it.
  void OnChange(const std::string& what, const std::vector<std::string>& files,
                std::function<absl::StatusOr<std::string>()> read_again) const;
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_RELOAD_H_
