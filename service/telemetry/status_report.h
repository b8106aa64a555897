#ifndef SERVICE_TELEMETRY_STATUS_REPORT_H_
#define SERVICE_TELEMETRY_STATUS_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/telemetry/recent_calls.h"

namespace suprsend_gateway::telemetry {

// All that /statusz tells, at one moment. Nothing in it is secret: the API key is known by its
// fingerprint, files by their path, flags hold no secrets. Whatever is optional or empty is not
// known, and left out of the page.
struct StatusReport {
  // That is read again when it changes. Where it is not good the old content stays in use.
  struct File {
    std::string name;  // As in the metric suprsend_gateway_file_ok.
    std::string path;
    bool is_good = true;
    std::string fault;  // A sentence, where it is not good.
  };
  struct ApiKey {
    std::string fingerprint;
    std::optional<absl::Time> loaded;
    File file;
  };
  struct Certificate {
    std::string what;  // By the file that it is from: "tls_cert".
    absl::Time not_after;
  };
  struct Breaker {
    bool is_open = false;
    std::optional<absl::Time> since;  // Open or closed.
    // In the window.
    std::optional<int64_t> attempts;
    std::optional<int64_t> failed;
    std::optional<absl::Duration> window;
  };
  // Something of which there is a limit.
  struct Use {
    int64_t used = 0;
    std::optional<int64_t> limit;
  };
  struct Audit {
    std::string path;  // Or "stdout".
    bool is_failing = false;
    bool fails_closed = false;
    uint64_t dropped = 0;
  };
  struct Flag {
    std::string name;
    std::string value;
    std::string default_value;
  };

  absl::Time now;
  std::string version;
  std::string host;  // Of this process, to tell it from its like.
  absl::Time started;
  std::string listen;  // Addresses.
  std::optional<bool> has_tls;
  std::string admin_listen;
  std::string upstream_url;

  bool is_ready = false;
  std::optional<bool> is_live;

  std::optional<ApiKey> api_key;
  std::vector<File> files;  // But for the API key's.
  std::vector<Certificate> certificates;

  std::optional<Breaker> breaker;
  std::optional<Use> retries;  // Under way.
  std::optional<absl::Time>
      held_back_until;  // By a 429 with Retry-After. Empty or over: it is not.
  std::optional<Use> in_flight;
  std::optional<Use> memory_bytes;
  bool memory_is_short = false;
  std::optional<Audit> audit;  // Empty: there is none.

  RecentCallsSummary calls;
  std::vector<Flag> flags;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_STATUS_REPORT_H_
