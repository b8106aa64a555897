#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string>

#include "service/workflow/failure.h"

namespace suprsend_gateway::workflow {
namespace {

using absl::StatusCode;
constexpr auto kNone = Outcome::kNotApplied;
constexpr auto kMaybe = Outcome::kUnknown;

// Sections 3 and 4 of the design, row by row. "again": transient, so that a retry makes sense.
struct Row {
  FailureKind kind;
  StatusCode code;
  const char* reason;
  Outcome outcome;
  bool again;
};

constexpr Row kDesign[] = {
    {FailureKind::kInvalidFilter, StatusCode::kInvalidArgument, "INVALID_FILTER", kNone, false},
    {FailureKind::kNoFilter, StatusCode::kInvalidArgument, "NO_FILTER", kNone, false},
    {FailureKind::kUnknownField, StatusCode::kInvalidArgument, "UNKNOWN_FIELD", kNone, false},
    {FailureKind::kRequestTooLarge, StatusCode::kInvalidArgument, "REQUEST_TOO_LARGE", kNone,
     false},
    {FailureKind::kMalformedRequest, StatusCode::kInvalidArgument, "MALFORMED_REQUEST", kNone,
     false},
    {FailureKind::kCallerUnauthenticated, StatusCode::kUnauthenticated, "CALLER_UNAUTHENTICATED",
     kNone, false},
    {FailureKind::kCallerNotAllowed, StatusCode::kPermissionDenied, "CALLER_NOT_ALLOWED", kNone,
     false},
    {FailureKind::kQuotaExceeded, StatusCode::kResourceExhausted, "CALLER_QUOTA_EXCEEDED", kNone,
     false},
    {FailureKind::kAuditUnavailable, StatusCode::kUnavailable, "GATEWAY_AUDIT_UNAVAILABLE", kNone,
     false},
    {FailureKind::kOverloaded, StatusCode::kUnavailable, "GATEWAY_OVERLOADED", kNone, false},
    {FailureKind::kCircuitOpen, StatusCode::kUnavailable, "UPSTREAM_CIRCUIT_OPEN", kNone, false},
    {FailureKind::kUnreachable, StatusCode::kUnavailable, "UPSTREAM_UNREACHABLE", kNone, true},
    {FailureKind::kUntrusted, StatusCode::kInternal, "UPSTREAM_UNTRUSTED", kNone, false},
    {FailureKind::kDeadlineBeforeSend, StatusCode::kDeadlineExceeded, "DEADLINE_BEFORE_SEND", kNone,
     false},
    {FailureKind::kTimeout, StatusCode::kDeadlineExceeded, "UPSTREAM_TIMEOUT", kMaybe, true},
    {FailureKind::kConnectionLost, StatusCode::kUnknown, "UPSTREAM_CONNECTION_LOST", kMaybe, true},
    {FailureKind::kCancelledBeforeSend, StatusCode::kCancelled, "CALLER_CANCELLED", kNone, false},
    {FailureKind::kCancelledAfterSend, StatusCode::kCancelled, "CALLER_CANCELLED", kMaybe, false},
    {FailureKind::kBadReply, StatusCode::kUnknown, "UPSTREAM_BAD_REPLY", kMaybe, false},
    {FailureKind::kRedirectRefused, StatusCode::kInternal, "UPSTREAM_REDIRECT", kNone, false},
    {FailureKind::kRedirectUnclear, StatusCode::kUnknown, "UPSTREAM_REDIRECT", kMaybe, false},
    {FailureKind::kRejected, StatusCode::kInvalidArgument, "UPSTREAM_REJECTED", kNone, false},
    {FailureKind::kRejectedOther, StatusCode::kFailedPrecondition, "UPSTREAM_REJECTED", kNone,
     false},
    {FailureKind::kMisconfigured, StatusCode::kInternal, "UPSTREAM_MISCONFIGURED", kNone, false},
    {FailureKind::kCredentialsRejected, StatusCode::kInternal, "UPSTREAM_CREDENTIALS_REJECTED",
     kNone, false},
    {FailureKind::kNotFound, StatusCode::kNotFound, "UPSTREAM_NOT_FOUND", kNone, false},
    {FailureKind::kConflict, StatusCode::kAborted, "UPSTREAM_CONFLICT", kNone, false},
    {FailureKind::kUpstreamTooLarge, StatusCode::kInvalidArgument, "REQUEST_TOO_LARGE", kNone,
     false},
    {FailureKind::kUnavailable, StatusCode::kUnavailable, "UPSTREAM_UNAVAILABLE", kNone, true},
    {FailureKind::kRateLimited, StatusCode::kResourceExhausted, "UPSTREAM_RATE_LIMITED", kNone,
     true},
    {FailureKind::kNotImplemented, StatusCode::kUnimplemented, "UPSTREAM_MISCONFIGURED", kNone,
     false},
    {FailureKind::kUpstreamError, StatusCode::kUnknown, "UPSTREAM_ERROR", kMaybe, true},
    {FailureKind::kUpstreamErrorFinal, StatusCode::kUnknown, "UPSTREAM_ERROR", kMaybe, false},
};

class FailureRowTest : public testing::TestWithParam<Row> {};

TEST_P(FailureRowTest, IsAsTheDesignHasIt) {
  const Row& expected = GetParam();
  const FailureRow& row = RowOf(expected.kind);
  EXPECT_EQ(row.kind, expected.kind);
  EXPECT_EQ(row.code, expected.code);
  EXPECT_EQ(row.reason, expected.reason);
  EXPECT_EQ(row.outcome, expected.outcome);
  EXPECT_EQ(row.transient, expected.again);
}

INSTANTIATE_TEST_SUITE_P(Design, FailureRowTest, testing::ValuesIn(kDesign), [](const auto& row) {
  return std::string(RowOf(row.param.kind).log_name);
});

// A kind added later needs a row above, and is found here until it has one.
TEST(FailureTable, HasNoKindThatTheDesignLacks) {
  for (const FailureRow& row : kFailureTable) {
    EXPECT_TRUE(std::any_of(std::begin(kDesign), std::end(kDesign), [&](const Row& known) {
      return known.kind == row.kind;
    })) << row.log_name;
  }
}

TEST(FailureTable, OnlyThreeCodesCanHaveOutcomeUnknown) {
  for (const FailureRow& row : kFailureTable) {
    if (row.outcome != Outcome::kUnknown) continue;
    EXPECT_TRUE(row.code == StatusCode::kUnknown || row.code == StatusCode::kDeadlineExceeded ||
                row.code == StatusCode::kCancelled)
        << row.log_name;
  }
}

TEST(FailureTable, WhatIsSafeToRetryWasNeverApplied) {
  for (const FailureRow& row : kFailureTable) {
    if (row.code == StatusCode::kUnavailable || row.code == StatusCode::kResourceExhausted) {
      EXPECT_EQ(row.outcome, Outcome::kNotApplied) << row.log_name;
    }
    EXPECT_NE(row.code, StatusCode::kOk) << row.log_name;
  }
}

TEST(FailureTable, LogNamesAreDistinctMetricLabels) {
  std::set<std::string_view> names;
  for (const FailureRow& row : kFailureTable) {
    EXPECT_TRUE(names.insert(row.log_name).second) << row.log_name;
    EXPECT_EQ(row.log_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << row.log_name;
    EXPECT_NE(row.log_name, "ok");
  }
}

// A short sentence of ours: no address, no place for a value.
TEST(FailureTable, MessagesAreShortPlainSentences) {
  for (const FailureRow& row : kFailureTable) {
    EXPECT_FALSE(row.message.empty()) << row.log_name;
    EXPECT_LE(row.message.size(), 120u) << row.log_name;
    EXPECT_EQ(row.message.find("://"), std::string_view::npos) << row.log_name;
    EXPECT_EQ(row.message.find_first_of("%{}<>\n"), std::string_view::npos) << row.log_name;
  }
}

// "may have been cancelled" is what makes a reader look; it must stand where it is true only.
TEST(FailureTable, MessagesTellTheOutcome) {
  for (const FailureRow& row : kFailureTable) {
    const bool warns = row.message.find("may have been cancelled") != std::string_view::npos;
    EXPECT_EQ(warns, row.outcome == Outcome::kUnknown) << row.log_name;
  }
}

}  // namespace
}  // namespace suprsend_gateway::workflow
