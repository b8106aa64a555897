#include <gtest/gtest.h>

#include "service/suprsend/encode.h"

namespace suprsend_gateway::suprsend {
namespace {

using workflow::CancelFilter;

// SuprSend: a body of at most 800 KB, that is 800 * 1024 bytes.
constexpr size_t kLimit = 819'200;

TEST(BodyLimit, IsThatOfSuprSend) { EXPECT_EQ(kMaxBodyBytes, kLimit); }

// {"recipients":["…","…"]} with this many bytes in all.
CancelFilter RecipientsOf(size_t body_bytes, size_t recipients) {
  const size_t envelope = std::string_view(R"({"recipients":[]})").size();
  const size_t marks = 3 * recipients - 1;
  const size_t content = body_bytes - envelope - marks;
  CancelFilter filter{.recipients = std::vector<std::string>(recipients)};
  const size_t each = content / recipients;
  for (std::string& recipient : filter.recipients) recipient.assign(each, 'r');
  filter.recipients.front().append(content - each * recipients, 'r');
  return filter;
}

TEST(BodyLimit, IsMetExactlyAndNotOnePast) {
  for (const size_t recipients : {size_t{1}, size_t{800}, size_t{50'000}, size_t{204'000}}) {
    const CancelFilter at = RecipientsOf(kLimit, recipients);
    ASSERT_EQ(EncodeCancel(at).size(), kLimit);
    EXPECT_TRUE(FitsBody(at)) << recipients;

    const CancelFilter past = RecipientsOf(kLimit + 1, recipients);
    ASSERT_EQ(EncodeCancel(past).size(), kLimit + 1);
    EXPECT_FALSE(FitsBody(past)) << recipients;
  }
}

// The limit counts what is sent: an escaped character is up to six bytes.
TEST(BodyLimit, CountsEscapes) {
  const size_t envelope = std::string_view(R"({"execution_id":""})").size();
  const size_t quotes = (kLimit - envelope) / 2;
  const std::string odd((kLimit - envelope) % 2, 'x');
  EXPECT_TRUE(FitsBody({.execution_id = std::string(quotes, '"') + odd}));
  EXPECT_FALSE(FitsBody({.execution_id = std::string(quotes, '"') + odd + "x"}));
  EXPECT_FALSE(FitsBody({.execution_id = std::string(kLimit / 6, '\x01')}));
}

TEST(BodyLimit, CountsEveryFilter) {
  const std::string quarter(kLimit / 4, 'x');
  EXPECT_FALSE(FitsBody({.execution_id = quarter,
                         .recipients = {quarter},
                         .idempotency_key = quarter,
                         .workflow_slug = quarter}));
  EXPECT_TRUE(
      FitsBody({.execution_id = quarter, .recipients = {quarter}, .workflow_slug = quarter}));
}

// No estimate may say yes where the body says no.
TEST(BodyLimit, AgreesWithTheBodyNearTheEstimate) {
  for (size_t bytes = kLimit / 6 - 200; bytes <= kLimit / 6 + 200; ++bytes) {
    const CancelFilter filter{.execution_id = std::string(bytes, '\x01')};
    ASSERT_EQ(FitsBody(filter), EncodeCancel(filter).size() <= kLimit) << bytes;
  }
}

TEST(BodyLimit, IsFarForAnEmptyFilter) { EXPECT_TRUE(FitsBody({})); }

}  // namespace
}  // namespace suprsend_gateway::suprsend
