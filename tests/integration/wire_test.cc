// Requests that no generated client can make. None of them may ever send a wider cancel: a filter
// that the gateway cannot read must end the call, never drop out of it.
#include "tests/support/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/emulator.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/http_call.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wire::BytesField;
using wire::Fixed32Field;
using wire::Fixed64Field;
using wire::GroupField;
using wire::PaddedVarint;
using wire::Tag;
using wire::Varint;
using wire::VarintField;

// Every case has this filter too, and it matches every run that stands: had the gateway dropped
// what it could not read, the runs would be gone.
const std::string kGood = BytesField(2, "ann");

constexpr char kMalformed[] = "INVALID_ARGUMENT/MALFORMED_REQUEST/NOT_APPLIED";
constexpr char kUnknown[] = "INVALID_ARGUMENT/UNKNOWN_FIELD/NOT_APPLIED";
constexpr char kInvalid[] = "INVALID_ARGUMENT/INVALID_FILTER/NOT_APPLIED";
constexpr char kNoFilter[] = "INVALID_ARGUMENT/NO_FILTER/NOT_APPLIED";

using Cases = std::map<std::string, std::string>;

class WireTest : public ::testing::Test {
 protected:
  WireTest() { ids_ = emulator_.Trigger("order-confirmation", {"ann", "ann-2"}); }

  void ExpectAllRefused(const Cases& cases, const ::testing::Matcher<std::string>& verdict) {
    ASSERT_EQ(ids_.size(), 2U);
    for (const auto& [name, bytes] : cases) {
      SCOPED_TRACE(name);
      const CallReply reply = client_.CancelRaw(bytes);
      EXPECT_THAT(reply.Verdict(), verdict) << reply;
      EXPECT_THAT(reply.strange_details, IsEmpty());
      EXPECT_FALSE(reply.request_id.empty());
      EXPECT_EQ(reply.Trailer("x-request-id"), reply.request_id);
      ASSERT_THAT(emulator_.CancelRequests(), IsEmpty());
    }
    EXPECT_EQ(emulator_.RunningIds(), ids_);
  }

  Emulator emulator_;
  Gateway gateway_{emulator_.url()};
  GatewayClient client_{gateway_.address()};
  std::vector<std::string> ids_;
};

TEST_F(WireTest, NoBytesAtAll) {
  ExpectAllRefused({{"empty", ""},
                    {"validate_only alone", VarintField(15, 1)},
                    {"validate_only false alone", VarintField(15, 0)}},
                   kNoFilter);
}

// No gRPC library does that: an empty message has five bytes on the wire.
TEST_F(WireTest, NoMessageAtAll) {
  RawClient client(gateway_.address());
  ASSERT_TRUE(client.Send(http2::Hello() + http2::Frame(http2::kHeaders,
                                                        http2::kEndHeaders | http2::kEndStream, 1,
                                                        http2::CallHeaders())));
  EXPECT_TRUE(client.WaitForFrame(http2::kHeaders)) << "it is answered";
  const auto record = gateway_.WaitForRecordWith("MALFORMED_REQUEST");
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->code, "INVALID_ARGUMENT");
  EXPECT_EQ(emulator_.RunningIds(), ids_);
}

TEST_F(WireTest, ExplicitlyEmptyFields) {
  ExpectAllRefused({{"execution_id", kGood + BytesField(1, "")},
                    {"recipient", kGood + BytesField(2, "")},
                    {"recipient first", BytesField(2, "") + kGood},
                    {"recipient alone", BytesField(2, "")},
                    {"idempotency_key", kGood + BytesField(3, "")},
                    {"workflow_slug", kGood + BytesField(4, "")},
                    {"workflow_slug first", BytesField(4, "") + kGood}},
                   kInvalid);
}

TEST_F(WireTest, UnknownFields) {
  Cases cases;
  for (const uint32_t field : {5U, 14U, 16U, 100U, 18'999U, 20'000U, 536'870'911U}) {
    const std::string name = "field " + std::to_string(field);
    cases[name + " varint"] = kGood + VarintField(field, 1);
    cases[name + " bytes"] = kGood + BytesField(field, "tenant");
    cases[name + " empty bytes"] = kGood + BytesField(field, "");
    cases[name + " first"] = BytesField(field, "tenant") + kGood;
    cases[name + " fixed32"] = kGood + Fixed32Field(field);
    cases[name + " fixed64"] = kGood + Fixed64Field(field);
    cases[name + " group"] = kGood + GroupField(field, VarintField(1, 1));
    cases[name + " alone"] = BytesField(field, "tenant");
    cases[name + " with validate_only"] = kGood + BytesField(field, "x") + VarintField(15, 1);
  }
  ExpectAllRefused(cases, kUnknown);
}

TEST_F(WireTest, KnownNumbersWithAnotherWireType) {
  Cases cases;
  for (const uint32_t field : {1U, 2U, 3U, 4U}) {
    const std::string name = "field " + std::to_string(field);
    cases[name + " varint"] = kGood + VarintField(field, 7);
    cases[name + " fixed32"] = kGood + Fixed32Field(field);
    cases[name + " fixed64"] = kGood + Fixed64Field(field);
    cases[name + " group"] = kGood + GroupField(field, "");
    cases[name + " twice, once as varint"] = kGood + BytesField(field, "a") + VarintField(field, 7);
  }
  cases["validate_only bytes"] = kGood + BytesField(15, "\x01");
  cases["validate_only fixed32"] = kGood + Fixed32Field(15);
  cases["validate_only group"] = kGood + GroupField(15, "");
  ExpectAllRefused(cases, AnyOf(Eq(kUnknown), Eq(kMalformed)));
}

TEST_F(WireTest, SingularFieldsThatStandTwice) {
  Cases cases;
  for (const uint32_t field : {1U, 3U, 4U}) {
    const std::string name = "field " + std::to_string(field);
    cases[name + " other value"] = kGood + BytesField(field, "a") + BytesField(field, "b");
    cases[name + " same value"] = kGood + BytesField(field, "a") + BytesField(field, "a");
    cases[name + " apart"] = BytesField(field, "a") + kGood + BytesField(field, "b");
    cases[name + " thrice"] =
        kGood + BytesField(field, "a") + BytesField(field, "b") + BytesField(field, "c");
    // A longer spelling of the tag is the same field.
    cases[name + " padded tag"] =
        kGood + BytesField(field, "a") + PaddedVarint(field << 3 | 2, 3) + Varint(1) + "b";
    cases[name + " padded tag first"] =
        kGood + PaddedVarint(field << 3 | 2, 5) + Varint(1) + "b" + BytesField(field, "a");
  }
  cases["validate_only true, false"] = kGood + VarintField(15, 1) + VarintField(15, 0);
  cases["validate_only false, true"] = kGood + VarintField(15, 0) + VarintField(15, 1);
  cases["validate_only true, true"] = kGood + VarintField(15, 1) + VarintField(15, 1);
  cases["validate_only around"] = VarintField(15, 1) + kGood + VarintField(15, 0);
  cases["validate_only padded"] =
      kGood + VarintField(15, 1) + PaddedVarint(15 << 3, 4) + PaddedVarint(0, 3);
  ExpectAllRefused(cases, kMalformed);
}

// A set value and an empty one of the same field: last wins in a generated parser, which is the
// same as a dropped filter.
TEST_F(WireTest, ASetFieldIsNotEmptiedByALaterOne) {
  Cases cases;
  for (const uint32_t field : {1U, 3U, 4U}) {
    const std::string name = "field " + std::to_string(field);
    cases[name + " emptied"] = kGood + BytesField(field, "a") + BytesField(field, "");
    cases[name + " filled"] = kGood + BytesField(field, "") + BytesField(field, "a");
  }
  ExpectAllRefused(cases, AnyOf(Eq(kMalformed), Eq(kInvalid)));
}

TEST_F(WireTest, EveryPrefixThatEndsInsideAField) {
  const std::vector<std::string> fields = {BytesField(1, "dsl_0123456789"),
                                           BytesField(2, "ann"),
                                           BytesField(2, "bob"),
                                           BytesField(3, std::string(200, 'k')),
                                           BytesField(4, "order-confirmation"),
                                           VarintField(15, 1)};
  Cases cases;
  std::string before;
  for (const std::string& field : fields) {
    for (size_t size = 1; size < field.size(); ++size) {
      const std::string prefix = before + field.substr(0, size);
      cases["prefix of " + std::to_string(prefix.size())] = prefix;
    }
    before += field;
  }
  ExpectAllRefused(cases, kMalformed);
}

TEST_F(WireTest, BytesThatAreNoMessage) {
  const std::string ten_continued(10, '\xff');
  ExpectAllRefused({{"length past the end", kGood + Tag(1, 2) + Varint(100) + "short"},
                    {"length of 2 GiB", kGood + Tag(1, 2) + Varint(uint64_t{1} << 31) + "short"},
                    {"length of -1", kGood + Tag(1, 2) + Varint(~uint64_t{0}) + "short"},
                    {"field number 0", kGood + VarintField(0, 1)},
                    {"field number 0 bytes", kGood + BytesField(0, "x")},
                    {"wire type 6", kGood + Tag(5, 6) + "x"},
                    {"wire type 7", kGood + Tag(1, 7) + "x"},
                    {"end of no group", kGood + Tag(5, 4)},
                    {"group without end", kGood + Tag(5, 3) + VarintField(1, 1)},
                    {"group that ends as another", kGood + Tag(5, 3) + Tag(6, 4)},
                    {"varint of eleven bytes", kGood + Tag(15, 0) + ten_continued + '\x01'},
                    {"varint without end", kGood + Tag(15, 0) + ten_continued},
                    {"tag without end", kGood + ten_continued},
                    {"zero bytes", kGood + std::string(3, '\0')},
                    {"text", "execution_id=dsl_1"},
                    {"JSON", R"({"recipients":["ann"]})"},
                    {"group in a group 100,000 deep",
                     [] {
                       std::string bytes = kGood;
                       for (int i = 0; i < 100'000; ++i) bytes += Tag(5, 3);
                       return bytes;
                     }()}},
                   kMalformed);
}

TEST_F(WireTest, TextThatIsNotUtf8) {
  const std::map<std::string, std::string> texts = {{"lone byte", "ann\xff"},
                                                    {"overlong NUL", "ann\xc0\x80"},
                                                    {"overlong slash", "ann\xe0\x80\xaf"},
                                                    {"surrogate", "ann\xed\xa0\x80"},
                                                    {"surrogate pair", "\xed\xa0\xbd\xed\xb8\x80"},
                                                    {"cut short", "ann\xe2\x82"},
                                                    {"past U+10FFFF", "ann\xf4\x90\x80\x80"},
                                                    {"lone continuation", "\x80"},
                                                    {"Latin-1", "caf\xe9"}};
  Cases cases;
  for (const auto& [name, text] : texts) {
    for (const uint32_t field : {1U, 2U, 3U, 4U}) {
      cases[name + " in field " + std::to_string(field)] = kGood + BytesField(field, text);
    }
  }
  ExpectAllRefused(cases, kMalformed);
}

// Longer spellings that protobuf allows: what is sent, if anything is, has every filter.
TEST_F(WireTest, PaddedSpellingsLoseNoFilter) {
  const std::string json = R"({"execution_id":"dsl_1","recipients":["ann"]})";
  const Cases cases = {
      {"tag of 2 bytes", kGood + PaddedVarint(1 << 3 | 2, 2) + Varint(5) + "dsl_1"},
      {"tag of 5 bytes", kGood + PaddedVarint(1 << 3 | 2, 5) + Varint(5) + "dsl_1"},
      {"tag of 10 bytes", kGood + PaddedVarint(1 << 3 | 2, 10) + Varint(5) + "dsl_1"},
      {"tag with bits past 32",
       kGood + Varint(uint64_t{1} << 32 | 1 << 3 | 2) + Varint(5) + "dsl_1"},
      {"length of 5 bytes", kGood + Tag(1, 2) + PaddedVarint(5, 5) + "dsl_1"},
      {"length of 10 bytes", kGood + Tag(1, 2) + PaddedVarint(5, 10) + "dsl_1"},
      {"validate_only false", kGood + BytesField(1, "dsl_1") + VarintField(15, 0)},
      {"validate_only false, padded",
       kGood + BytesField(1, "dsl_1") + Tag(15, 0) + PaddedVarint(0, 10)}};
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const size_t before = emulator_.CancelRequests().size();
    const CallReply reply = client_.CancelRaw(bytes);
    const std::vector<Emulator::Request> requests = emulator_.CancelRequests();
    if (reply.ok()) {
      ASSERT_EQ(requests.size(), before + 1);
      EXPECT_EQ(requests.back().body, json);
    } else {
      EXPECT_THAT(reply.Verdict(), AnyOf(kMalformed, kUnknown)) << reply;
      EXPECT_EQ(requests.size(), before);
    }
  }
  EXPECT_EQ(emulator_.RunningIds(), ids_);
}

// protobuf reads any varint but zero as true: a caller who asked for a check must not get a cancel.
TEST_F(WireTest, ValidateOnlyIsTrueHoweverItIsSpelled) {
  const Cases cases = {{"2", VarintField(15, 2)},
                       {"256", VarintField(15, 256)},
                       {"2^32", VarintField(15, uint64_t{1} << 32)},
                       {"2^63", VarintField(15, uint64_t{1} << 63)},
                       {"-1", VarintField(15, ~uint64_t{0})},
                       {"padded", Tag(15, 0) + PaddedVarint(1, 10)},
                       {"padded tag", PaddedVarint(15 << 3, 3) + Varint(1)}};
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const CallReply reply = client_.CancelRaw(kGood + bytes);
    EXPECT_THAT(reply.Verdict(), AnyOf("OK//", kMalformed)) << reply;
    EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
  }
  EXPECT_EQ(emulator_.RunningIds(), ids_);
}

// A request that breaks every kind of rule there is tells of all at once, and of a field that
// stands three times once.
TEST_F(WireTest, AllRulesAreHeldAgainstARequestAtOnce) {
  std::string bytes = BytesField(4, "slug");
  for (int i = 0; i < 3; ++i) bytes += BytesField(1, "dsl_1");
  for (int i = 0; i < 900; ++i) bytes += BytesField(2, std::string(1'000, 'r'));
  bytes += BytesField(2, " ") + VarintField(77, 1);

  const CallReply reply = client_.CancelRaw(bytes);
  EXPECT_EQ(reply.Verdict(), kInvalid) << reply;
  std::vector<std::string> fields;
  for (const CallReply::Violation& violation : reply.violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("execution_id", "recipients[900]", "77", "")) << reply;
  EXPECT_THAT(reply.violations.back().description, HasSubstr("800 KiB"));
  EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
}

// gRPC allows a timeout of eight digits in hours, which is longer than C++ clocks count.
TEST_F(WireTest, ATimeoutOfMillenniaHasNotPassed) {
  const std::string message = Encode({.recipients = {"nobody"}});
  const std::string frame = std::string(4, '\0') + static_cast<char>(message.size()) + message;
  for (const std::string timeout : {"5000000H", "99999999H"}) {
    const HttpReply reply = HttpCall(
        "POST",
        "http://" + gateway_.address() + "/suprsend.gateway.v1.WorkflowService/CancelWorkflow",
        frame, {"Content-Type: application/grpc", "TE: trailers", "grpc-timeout: " + timeout},
        HttpVersion::k2);
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.headers, HasSubstr("grpc-status: 0\r\n")) << timeout;
  }
  EXPECT_EQ(emulator_.CancelRequests().size(), 2U);
}

// One of a handful of ways to damage a message.
std::string Damage(std::string bytes, std::mt19937& random) {
  const auto below = [&](size_t limit) { return static_cast<size_t>(random() % limit); };
  const size_t at = below(bytes.size());
  switch (below(6)) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
      break;
    case 1:
      bytes.erase(at, 1 + below(4));
      break;
    case 2:
      bytes.insert(at, 1, static_cast<char>(below(256)));
      break;
    case 3:
      bytes.resize(at);
      break;
    case 4:
      bytes.insert(below(bytes.size()), bytes.substr(at, 1 + below(12)));
      break;
    default:
      bytes[at] = static_cast<char>(below(256));
  }
  return bytes;
}

// Whatever happens to a message on its way: what is sent upstream is exactly what the strictest
// reading of the bytes holds.
TEST(WireFuzzTest, DamagedMessagesNeverSendAWiderCancel) {
  constexpr int kRounds = 3'000;
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":[]})")));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  const std::string whole = Encode({.execution_id = "dsl_1",
                                    .recipients = {"ann", "bob@example.com"},
                                    .idempotency_key = "key-1",
                                    .workflow_slug = "order-confirmation"});
  std::mt19937 random(20'240'229);
  int sent = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = Damage(whole, random);
    if (round % 3 == 0 && !bytes.empty()) bytes = Damage(bytes, random);
    SCOPED_TRACE("message " + ::testing::PrintToString(bytes));
    upstream.ForgetRequests();
    const CallReply reply = client.CancelRaw(bytes);
    if (upstream.RequestCount() == 0) {
      EXPECT_THAT(reply.code, AnyOf("INVALID_ARGUMENT", "OK")) << reply;
      continue;
    }
    ++sent;
    ASSERT_EQ(upstream.RequestCount(), 1U);
    const std::optional<CancelRequest> strict = DecodeStrictly(bytes);
    ASSERT_TRUE(strict.has_value()) << "sent " << upstream.Requests()[0].body;
    EXPECT_FALSE(strict->validate_only);
    EXPECT_EQ(upstream.Requests()[0].body, ExpectedJson(*strict));
  }
  // The test would show nothing if all were refused.
  EXPECT_GT(sent, kRounds / 20);
}

}  // namespace
}  // namespace suprsend_gateway::testing
