#include <gtest/gtest.h>

#include <set>

#include "service/suprsend/classify.h"

namespace suprsend_gateway::suprsend {
namespace {

using absl::StatusCode;
using workflow::Failure;
using workflow::Outcome;
using workflow::RowOf;

const absl::Time kNow = absl::FromUnixSeconds(784111777);

// What a caller sees of a failure.
struct Seen {
  StatusCode code;
  std::string_view reason;
  Outcome outcome;
  bool transient;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << static_cast<int>(seen.code) << ' ' << seen.reason << ' '
             << (seen.outcome == Outcome::kUnknown ? "UNKNOWN" : "NOT_APPLIED")
             << (seen.transient ? " transient" : "");
}

bool operator==(const Seen& a, const Seen& b) {
  return a.code == b.code && a.reason == b.reason && a.outcome == b.outcome &&
         a.transient == b.transient;
}

Seen SeenOf(const Failure& failure) {
  const workflow::FailureRow& row = RowOf(failure.kind);
  return {row.code, row.reason, row.outcome, row.transient};
}

Failure ClassifyStatus(int status, std::string body, std::string content_type) {
  return Classify(
      http::HttpResponse{
          .status = status, .content_type = std::move(content_type), .body = std::move(body)},
      {}, kNow);
}

// Section 3 of the design for an answer in SuprSend's own JSON. 2xx is not a failure by status.
Seen Expected(int status) {
  constexpr auto kNone = Outcome::kNotApplied;
  constexpr auto kMaybe = Outcome::kUnknown;
  const auto is_one_of = [status](std::set<int> statuses) { return statuses.contains(status); };
  if (is_one_of({301, 307, 308})) {
    return {StatusCode::kInternal, "UPSTREAM_REDIRECT", kNone, false};
  }
  if (status >= 300 && status <= 399) {
    return {StatusCode::kUnknown, "UPSTREAM_REDIRECT", kMaybe, false};
  }
  if (is_one_of({400, 422})) {
    return {StatusCode::kInvalidArgument, "UPSTREAM_REJECTED", kNone, false};
  }
  if (is_one_of({401, 403})) {
    return {StatusCode::kInternal, "UPSTREAM_CREDENTIALS_REJECTED", kNone, false};
  }
  if (status == 404) return {StatusCode::kNotFound, "UPSTREAM_NOT_FOUND", kNone, false};
  if (is_one_of({405, 406, 407, 411, 415, 431})) {
    return {StatusCode::kInternal, "UPSTREAM_MISCONFIGURED", kNone, false};
  }
  if (is_one_of({408, 504})) {
    return {StatusCode::kDeadlineExceeded, "UPSTREAM_TIMEOUT", kMaybe, true};
  }
  if (status == 409) return {StatusCode::kAborted, "UPSTREAM_CONFLICT", kNone, false};
  if (status == 413) return {StatusCode::kInvalidArgument, "REQUEST_TOO_LARGE", kNone, false};
  if (is_one_of({421, 425, 503})) {
    return {StatusCode::kUnavailable, "UPSTREAM_UNAVAILABLE", kNone, true};
  }
  if (status == 429) {
    return {StatusCode::kResourceExhausted, "UPSTREAM_RATE_LIMITED", kNone, true};
  }
  if (status >= 400 && status <= 499) {
    return {StatusCode::kFailedPrecondition, "UPSTREAM_REJECTED", kNone, false};
  }
  if (status == 501) return {StatusCode::kUnimplemented, "UPSTREAM_MISCONFIGURED", kNone, false};
  if (is_one_of({500, 502})) return {StatusCode::kUnknown, "UPSTREAM_ERROR", kMaybe, true};
  return {StatusCode::kUnknown, "UPSTREAM_ERROR", kMaybe, false};
}

TEST(ClassifyStatus, HoldsEachFrom300To599AgainstTheTable) {
  for (int status = 300; status <= 599; ++status) {
    const Failure failure =
        ClassifyStatus(status, R"({"code":7,"message":"no"})", "application/json");
    EXPECT_EQ(SeenOf(failure), Expected(status)) << "HTTP " << status;
    EXPECT_EQ(failure.http_status, status);
    EXPECT_EQ(failure.retry_after, std::nullopt);
  }
}

TEST(ClassifyStatus, OutsideOfHttpIsAnErrorWithUnknownOutcome) {
  for (const int status : {-1, 0, 1, 99, 100, 101, 103, 199, 600, 601, 700, 999, 1000, 65536}) {
    const Failure failure = ClassifyStatus(status, "", "");
    EXPECT_EQ(SeenOf(failure),
              (Seen{StatusCode::kUnknown, "UPSTREAM_ERROR", Outcome::kUnknown, false}))
        << "HTTP " << status;
  }
}

// The body decides for 400, 404, 422 and 503 only, and what it says of a code never counts.
TEST(ClassifyStatus, BodyChangesNothingWhereTheTableDoesNotAskForIt) {
  const std::pair<const char*, const char*> bodies[] = {
      {"", ""},
      {"<html><body>nginx</body></html>", "text/html"},
      {R"({"code":200,"message":"ok"})", "application/json"},
      {R"({"execution_ids":["dsl_1"]})", "application/json"},
      {R"({"code":404,"error_code":"not_found"})", "application/json"},
      {"{", "application/json"},
      {"upstream timed out", "text/plain"},
      {"\xFF\xFE", ""},
  };
  for (int status = 300; status <= 599; ++status) {
    if (status == 400 || status == 404 || status == 422) continue;
    for (const auto& [body, content_type] : bodies) {
      EXPECT_EQ(SeenOf(ClassifyStatus(status, body, content_type)), Expected(status))
          << "HTTP " << status << ' ' << body;
    }
  }
}

// Upstream's words are shown for four statuses; its code is a token and goes with any.
TEST(ClassifyStatus, ShowsUpstreamsMessageForFourStatusesOnly) {
  for (int status = 300; status <= 599; ++status) {
    const Failure failure =
        ClassifyStatus(status, R"({"code":7,"message":"in words"})", "application/json");
    const bool is_shown = status == 400 || status == 404 || status == 409 || status == 422;
    EXPECT_EQ(failure.upstream_message, is_shown ? "in words" : "") << "HTTP " << status;
    EXPECT_EQ(failure.upstream_code, "7") << "HTTP " << status;
  }
}

TEST(ClassifyStatus, TakesRetryAfterWhereTheTableNamesIt) {
  for (int status = 300; status <= 599; ++status) {
    const Failure failure =
        Classify(http::HttpResponse{.status = status, .retry_after = "7"}, {}, kNow);
    const bool may_wait = status == 421 || status == 425 || status == 429 || status == 503;
    EXPECT_EQ(failure.retry_after.has_value(), may_wait) << "HTTP " << status;
    if (failure.retry_after) {
      EXPECT_EQ(*failure.retry_after, std::chrono::seconds(7));
    }
  }
}

TEST(ClassifyStatus, HoldsADateInRetryAfterAgainstNow) {
  const http::HttpResponse response{.status = 503, .retry_after = "Sun, 06 Nov 1994 08:50:07 GMT"};
  EXPECT_EQ(Classify(response, {}, kNow).retry_after, std::chrono::seconds(30));
}

TEST(ClassifyStatus, LeavesOutARetryAfterThatIsGarbage) {
  const http::HttpResponse response{.status = 429, .retry_after = "soon"};
  EXPECT_EQ(Classify(response, {}, kNow).retry_after, std::nullopt);
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
