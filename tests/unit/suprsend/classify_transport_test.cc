#include <gtest/gtest.h>

#include "service/suprsend/classify.h"

namespace suprsend_gateway::suprsend {
namespace {

using http::TransportError;
using workflow::FailureKind;
using workflow::Outcome;

struct Row {
  const char* name;
  http::TransportFailure failure;
  absl::StatusCode code;
  const char* reason;
  Outcome outcome;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class TransportRow : public testing::TestWithParam<Row> {};

TEST_P(TransportRow, IsAsTheDesignHasIt) {
  const workflow::Failure failure = Classify(GetParam().failure);
  const workflow::FailureRow& row = workflow::RowOf(failure.kind);
  EXPECT_EQ(row.code, GetParam().code);
  EXPECT_EQ(row.reason, GetParam().reason);
  EXPECT_EQ(row.outcome, GetParam().outcome);
  EXPECT_EQ(failure.http_status, 0);
  EXPECT_EQ(failure.retry_after, std::nullopt);
  EXPECT_EQ(failure.upstream_code, "");
  EXPECT_EQ(failure.upstream_message, "");
}

INSTANTIATE_TEST_SUITE_P(Design, TransportRow,
                         testing::Values(Row{"unreachable",
                                             {TransportError::kUnreachable, false},
                                             absl::StatusCode::kUnavailable,
                                             "UPSTREAM_UNREACHABLE",
                                             Outcome::kNotApplied},
                                         Row{"no_room",
                                             {TransportError::kNoRoom, false},
                                             absl::StatusCode::kUnavailable,
                                             "GATEWAY_OVERLOADED",
                                             Outcome::kNotApplied},
                                         Row{"untrusted",
                                             {TransportError::kUntrusted, false},
                                             absl::StatusCode::kInternal,
                                             "UPSTREAM_UNTRUSTED",
                                             Outcome::kNotApplied},
                                         Row{"deadline_before_send",
                                             {TransportError::kDeadline, false},
                                             absl::StatusCode::kDeadlineExceeded,
                                             "DEADLINE_BEFORE_SEND",
                                             Outcome::kNotApplied},
                                         Row{"deadline_after_send",
                                             {TransportError::kDeadline, true},
                                             absl::StatusCode::kDeadlineExceeded,
                                             "UPSTREAM_TIMEOUT",
                                             Outcome::kUnknown},
                                         Row{"abandoned_before_send",
                                             {TransportError::kAbandoned, false},
                                             absl::StatusCode::kCancelled,
                                             "CALLER_CANCELLED",
                                             Outcome::kNotApplied},
                                         Row{"abandoned_after_send",
                                             {TransportError::kAbandoned, true},
                                             absl::StatusCode::kCancelled,
                                             "CALLER_CANCELLED",
                                             Outcome::kUnknown},
                                         Row{"lost",
                                             {TransportError::kConnectionLost, true},
                                             absl::StatusCode::kUnknown,
                                             "UPSTREAM_CONNECTION_LOST",
                                             Outcome::kUnknown}),
                         [](const auto& row) { return std::string(row.param.name); });

// Whatever the transport says in words, what may have been sent may have been applied.
TEST(Transport, NeverCallsWhatWasSentNotApplied) {
  for (const TransportError error :
       {TransportError::kDeadline, TransportError::kAbandoned, TransportError::kConnectionLost}) {
    const auto kind = Classify(http::TransportFailure{error, true}).kind;
    EXPECT_EQ(workflow::RowOf(kind).outcome, Outcome::kUnknown) << static_cast<int>(error);
  }
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
