// Each rule for a request's fields, at its limit and one past it, as a caller meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/emulator.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kMaxBodyBytes = 800 * 1024;
constexpr size_t kGrpcMessageLimit = 4 * 1024 * 1024;

std::string Repeat(const std::string& text, size_t count) {
  std::string repeated;
  for (size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

std::vector<std::string> Fields(const CallReply& reply) {
  std::vector<std::string> fields;
  for (const CallReply::Violation& violation : reply.violations) fields.push_back(violation.field);
  return fields;
}

class ValidationTest : public ::testing::Test {
 protected:
  // Refused for that reason, with all that a caller and an operator can see of it.
  void ExpectRefused(const CancelRequest& request, const std::string& reason,
                     const std::vector<std::string>& fields) {
    const CallReply reply = client_.Cancel(request);
    EXPECT_EQ(reply.Verdict(), "INVALID_ARGUMENT/" + reason + "/NOT_APPLIED") << reply;
    EXPECT_EQ(reply.domain, "suprsend-gateway");
    EXPECT_EQ(reply.Metadata("attempts"), "0");
    EXPECT_EQ(reply.Metadata("http_status"), "");
    EXPECT_EQ(Fields(reply), fields) << reply;
    for (const CallReply::Violation& violation : reply.violations) {
      EXPECT_FALSE(violation.description.empty());
    }
    EXPECT_FALSE(reply.message.empty());
    EXPECT_THAT(reply.strange_details, IsEmpty());
    EXPECT_FALSE(reply.request_id.empty());
    EXPECT_EQ(reply.Trailer("x-request-id"), reply.request_id);

    const std::optional<CallRecord> record = gateway_.WaitForRecord(reply.request_id);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->Verdict(), reply.Verdict());
    EXPECT_EQ(record->attempts, 0);
    EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
  }

  void ExpectAccepted(CancelRequest request) {
    request.validate_only = true;
    const CallReply reply = client_.Cancel(request);
    EXPECT_TRUE(reply.ok()) << reply;
  }

  Emulator emulator_;
  Gateway gateway_{emulator_.url()};
  GatewayClient client_{gateway_.address()};
};

TEST_F(ValidationTest, ARequestWithoutAFilter) {
  // No field of its own to name.
  ExpectRefused({}, "NO_FILTER", {""});
  ExpectRefused({.validate_only = true}, "NO_FILTER", {""});
}

TEST_F(ValidationTest, EmptyAndBlankFilters) {
  const std::vector<std::string> blank = {"",       " ",      "\u00a0",        "\u1680", "\u2000",
                                          "\u2009", "\u200a", "\u2028",        "\u2029", "\u202f",
                                          "\u205f", "\u3000", "\u200b",        "\u200c", "\u200d",
                                          "\u2060", "\ufeff", " \u200b\u3000 "};
  for (const std::string& value : blank) {
    SCOPED_TRACE(::testing::PrintToString(value));
    ExpectRefused({.execution_id = value}, "INVALID_FILTER", {"execution_id"});
    ExpectRefused({.recipients = {value}}, "INVALID_FILTER", {"recipients[0]"});
    ExpectRefused({.idempotency_key = value}, "INVALID_FILTER", {"idempotency_key"});
    ExpectRefused({.workflow_slug = value}, "INVALID_FILTER", {"workflow_slug"});
    // A good filter beside it does not let it be dropped.
    ExpectRefused({.execution_id = "dsl_1", .recipients = {"ann", value, "bob"}}, "INVALID_FILTER",
                  {"recipients[1]"});
    ExpectRefused({.recipients = {"ann"}, .workflow_slug = value}, "INVALID_FILTER",
                  {"workflow_slug"});
  }
}

TEST_F(ValidationTest, ControlCharacters) {
  std::vector<std::string> controls;
  for (char c = 0; c < 0x20; ++c) controls.emplace_back(1, c);
  controls.push_back("\x7f");
  for (int c = 0x80; c < 0xa0; ++c)
    controls.push_back("\xc2" + std::string(1, static_cast<char>(c)));
  for (const std::string& control : controls) {
    SCOPED_TRACE(::testing::PrintToString(control));
    ExpectRefused({.execution_id = "a" + control}, "INVALID_FILTER", {"execution_id"});
    ExpectRefused({.recipients = {"ann", control + "b"}}, "INVALID_FILTER", {"recipients[1]"});
  }
  ExpectRefused({.execution_id = "dsl_1", .idempotency_key = "a\nb"}, "INVALID_FILTER",
                {"idempotency_key"});
  ExpectRefused({.execution_id = "dsl_1", .workflow_slug = std::string("a\0b", 3)},
                "INVALID_FILTER", {"workflow_slug"});
}

TEST_F(ValidationTest, LengthsCountCodePoints) {
  for (const std::string unit : {"x", "\u00e9", "\u20ac", "\U0001f600"}) {
    SCOPED_TRACE(unit);
    ExpectAccepted({.execution_id = Repeat(unit, 1024)});
    ExpectAccepted({.recipients = {Repeat(unit, 1024)}});
    ExpectAccepted({.idempotency_key = Repeat(unit, 255)});
    ExpectAccepted({.workflow_slug = Repeat(unit, 255)});
    ExpectRefused({.execution_id = Repeat(unit, 1025)}, "INVALID_FILTER", {"execution_id"});
    ExpectRefused({.recipients = {"ann", Repeat(unit, 1025)}}, "INVALID_FILTER", {"recipients[1]"});
    ExpectRefused({.idempotency_key = Repeat(unit, 256)}, "INVALID_FILTER", {"idempotency_key"});
    ExpectRefused({.workflow_slug = Repeat(unit, 256)}, "INVALID_FILTER", {"workflow_slug"});
  }
}

TEST_F(ValidationTest, AllViolationsAtOnce) {
  ExpectRefused(
      {.execution_id = "",
       .recipients = {"ann", " ", "bob", "c\n"},
       .idempotency_key = Repeat("k", 256),
       .workflow_slug = "\u200b"},
      "INVALID_FILTER",
      {"execution_id", "recipients[1]", "recipients[3]", "idempotency_key", "workflow_slug"});
}

TEST_F(ValidationTest, SixteenViolationsAreNamedAndTheRestCounted) {
  const CallReply sixteen = client_.Cancel({.recipients = std::vector<std::string>(16, "")});
  EXPECT_EQ(sixteen.violations.size(), 16U);

  const CallReply many = client_.Cancel({.recipients = std::vector<std::string>(10'000, "")});
  EXPECT_EQ(many.Verdict(), "INVALID_ARGUMENT/INVALID_FILTER/NOT_APPLIED");
  ASSERT_EQ(many.violations.size(), 17U) << many;
  EXPECT_EQ(many.violations[15].field, "recipients[15]");
  EXPECT_THAT(many.violations[16].description, HasSubstr("9984"));
  EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
}

// A recipient of `size` bytes is `size` + 3 bytes of JSON with its quotes and comma.
CancelRequest RequestWithBodyOf(size_t bytes) {
  const size_t frame = std::string(R"({"recipients":[]})").size() - 1;
  CancelRequest request;
  size_t left = bytes - frame;
  while (left > 1003 + 503) {
    request.recipients.push_back(Repeat("r", 1000));
    left -= 1003;
  }
  // Two that share the rest, each between 200 and 1,024 bytes.
  request.recipients.push_back(Repeat("s", left / 2 - 3));
  request.recipients.push_back(Repeat("t", left - left / 2 - 3));
  return request;
}

TEST_F(ValidationTest, BodiesUpTo800KiBAreSentAndNoLarger) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":[]})")));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());

  const CancelRequest at_limit = RequestWithBodyOf(kMaxBodyBytes);
  ASSERT_EQ(ExpectedJson(at_limit).size(), kMaxBodyBytes);
  const CallReply reply = client.Cancel(at_limit);
  EXPECT_TRUE(reply.ok()) << reply;
  ASSERT_EQ(upstream.RequestCount(), 1U);
  EXPECT_EQ(upstream.Requests()[0].body, ExpectedJson(at_limit));

  upstream.ForgetRequests();
  const CancelRequest past_limit = RequestWithBodyOf(kMaxBodyBytes + 1);
  const CallReply refused = client.Cancel(past_limit);
  EXPECT_EQ(refused.Verdict(), "INVALID_ARGUMENT/REQUEST_TOO_LARGE/NOT_APPLIED") << refused;
  // The limit is on the JSON, in which a quote takes two bytes.
  CancelRequest escaped = RequestWithBodyOf(kMaxBodyBytes);
  escaped.recipients.front().front() = '"';
  EXPECT_EQ(client.Cancel(escaped).Verdict(), "INVALID_ARGUMENT/REQUEST_TOO_LARGE/NOT_APPLIED");
  // validate_only tells the same.
  escaped.validate_only = true;
  EXPECT_EQ(client.Cancel(escaped).Verdict(), "INVALID_ARGUMENT/REQUEST_TOO_LARGE/NOT_APPLIED");
  EXPECT_EQ(upstream.RequestCount(), 0U);
}

// gRPC's own limit comes before the gateway's, and before the gateway's details.
TEST_F(ValidationTest, MessagesPastGrpcsLimitAreGrpcsToRefuse) {
  const CancelRequest huge{.recipients = {Repeat("r", kGrpcMessageLimit + 1)}};
  const CallReply reply = client_.CancelRaw(Encode(huge));
  EXPECT_EQ(reply.code, "RESOURCE_EXHAUSTED") << reply;
  EXPECT_EQ(reply.reason, "");
  EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
  // The gateway serves on.
  ExpectAccepted({.execution_id = "dsl_1"});
}

// By gRPC, unread: a small one can inflate to gigabytes.
TEST_F(ValidationTest, CompressedMessagesAreRefused) {
  const std::vector<std::string> ids = emulator_.Trigger("order-confirmation", {"ann"});
  for (const size_t size : {size_t{3}, kGrpcMessageLimit, 16 * kGrpcMessageLimit}) {
    const CallReply reply =
        client_.CancelRaw(Encode({.recipients = {Repeat("ann", size / 3)}}), {.gzip = true});
    EXPECT_EQ(reply.code, "UNIMPLEMENTED") << reply;
    EXPECT_EQ(reply.reason, "");
  }
  EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
  EXPECT_EQ(emulator_.RunningIds(), ids);
  // The gateway serves on, and on the same connection.
  ExpectAccepted({.execution_id = "dsl_1"});
}

}  // namespace
}  // namespace suprsend_gateway::testing
