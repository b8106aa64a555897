#include "service/gateway/reload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace suprsend_gateway::gateway {

void Reload::OnChange(const std::string& what, const std::vector<std::string>& files,
                      std::function<absl::StatusOr<std::string>()> read_again) const {
  states.Add(what, absl::StrJoin(files, ", "));
  watch.Add(files, [what, read_again = std::move(read_again), &states = states, &log = log,
                    told = std::string()]() mutable {
    const absl::StatusOr<std::string> taken = read_again();
    const std::string news = taken.ok() ? *taken : std::string(taken.status().message());
    taken.ok() ? states.SetGood(what) : states.SetFaulty(what, news);
    // A fault is told once, however often it is met.
    if (!news.empty() && (taken.ok() || news != told)) {
      log.Write(absl::StrCat(
          "suprsend-gateway: ", what,
          taken.ok() ? ": read anew: " : ": what has changed is not taken, the old stays in use: ",
          news));
    }
    told = taken.ok() ? "" : news;
    return taken.ok();
  });
}

}  // namespace suprsend_gateway::gateway
