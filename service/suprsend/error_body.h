#ifndef SERVICE_SUPRSEND_ERROR_BODY_H_
#define SERVICE_SUPRSEND_ERROR_BODY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "service/http/http_client.h"

namespace suprsend_gateway::suprsend {

// A longer body is no error message: only whether it is HTML is read of it.
inline constexpr size_t kMaxErrorBodyBytes = size_t{64} * 1024;
// At most so much of upstream's message reaches a caller.
inline constexpr size_t kMaxMessageBytes = 512;

// What the body of a failure says. SuprSend's shapes:
//   {"code":400,"message":"…"}
//   {"code":…,"error_code":"…","type":"…","message":"…","detail":"…"}
//   {"status":"fail","message":"…"}
//   {"status":"error","error":{"message":"…","type":"…"}}
//   a bare string, as JSON or as one line of plain text
struct ErrorBody {
  bool is_html = false;
  bool is_suprsend_error = false;  // A JSON object with `code`, `error_code` or `error` in it.
  std::string code;                // error_code, else code, else error.type. Raw.
  std::string message;             // Raw.
};

ErrorBody ReadErrorBody(const http::HttpResponse& response);

// What of an ErrorBody a caller may see: valid UTF-8 without control characters and without any of
// the `secrets`, which are values of the caller's and hold no control characters.
struct CleanWords {
  std::string code;     // Empty unless it looks like one: [A-Za-z0-9_.-], at most 64.
  std::string message;  // Redacted; at most kMaxMessageBytes, cut between characters.
};

CleanWords Clean(const ErrorBody& body, const std::vector<std::string_view>& secrets);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_ERROR_BODY_H_
