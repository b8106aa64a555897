#include "service/gateway/reload.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::gateway {

void Reload::OnChange(const std::string& what, const std::vector<std::string>& files,
                      std::function<absl::StatusOr<std::string>()> read_again) const {
  metrics.SetFileOk(what, true);
  watch.Add(files, [what, read_again = std::move(read_again), &metrics = metrics, &log = log] {
    const absl::StatusOr<std::string> taken = read_again();
    metrics.SetFileOk(what, taken.ok());
    if (!taken.ok()) {
      log.Write(absl::StrCat("suprsend-gateway: ", what,
                             ": what has changed is not taken, the old ",
                             "stays in use: ", std::string(taken.status().message())));
    } else if (!taken->empty()) {
      log.Write(absl::StrCat("suprsend-gateway: ", what, ": read anew: ", *taken));
    }
  });
}

}  // namespace suprsend_gateway::gateway
