#include <gtest/gtest.h>

#include <ostream>

#include "service/base/utf8.h"
#include "service/suprsend/error_body.h"

namespace suprsend_gateway::suprsend {
namespace {

ErrorBody Read(std::string body, bool body_complete = true) {
  return ReadErrorBody({.status = 400, .body = std::move(body), .body_complete = body_complete});
}

void ExpectNothingRead(const ErrorBody& body) {
  EXPECT_FALSE(body.is_suprsend_error);
  EXPECT_EQ(body.code, "");
  EXPECT_EQ(body.message, "");
}

struct Case {
  const char* name;
  std::string body;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class NoErrorBody : public testing::TestWithParam<Case> {};

TEST_P(NoErrorBody, SaysNothing) { ExpectNothingRead(Read(GetParam().body)); }

INSTANTIATE_TEST_SUITE_P(
    Hostile, NoErrorBody,
    testing::Values(Case{"deep", std::string(60'000, '[')},
                    Case{"deep_past_the_limit", std::string(size_t{1} << 20, '[')},
                    Case{"huge", std::string(size_t{8} << 20, 'x')},
                    Case{"not_utf8", "\xFF\xFE message"},
                    Case{"not_utf8_in_json", "{\"code\":1,\"message\":\"\xFF\"}"},
                    Case{"two_lines", "Traceback:\n  File \"/srv/app.py\""},
                    Case{"cut_object", R"({"code":1,"message":"m)"},
                    Case{"object_and_more", R"({"code":1,"message":"m"} x)"},
                    Case{"long_line", std::string(513, 'x')}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ErrorBodyLimit, IsMetExactlyAndNotOnePast) {
  constexpr size_t kLimit = size_t{64} * 1024;
  ASSERT_EQ(kMaxErrorBodyBytes, kLimit);
  const std::string start = R"({"code":1,"message":"m","x":")";
  const std::string end = R"("})";
  const std::string filler(kLimit - start.size() - end.size(), 'x');
  EXPECT_EQ(Read(start + filler + end).message, "m");
  ExpectNothingRead(Read(start + filler + "x" + end));
}

TEST(ErrorBody, CutByTheTransportSaysNothing) {
  ExpectNothingRead(Read(R"({"code":1,"message":"m"})", false));
  ExpectNothingRead(Read("no run for user_12", false));
}

TEST(ErrorBody, CutAnywhereSaysNothing) {
  const std::string body = R"({"code":400,"message":"no run for \u0075ser_1"})";
  ASSERT_EQ(Read(body).message, "no run for user_1");
  for (size_t size = 0; size < body.size(); ++size) ExpectNothingRead(Read(body.substr(0, size)));
}

// A member that stands twice is odd, not a fault; whichever is told, it is one of the two.
TEST(ErrorBody, WithDuplicateMembersTellsOneOfThem) {
  const ErrorBody body = Read(R"({"message":"a","code":1,"message":"b","code":2})");
  EXPECT_TRUE(body.is_suprsend_error);
  EXPECT_TRUE(body.message == "a" || body.message == "b") << body.message;
  EXPECT_TRUE(body.code == "1" || body.code == "2") << body.code;
}

TEST(ErrorBody, WithALoneSurrogateOrNulIsCleanedBeforeItIsShown) {
  for (const char* message : {R"(a\udc00b)", R"(a\u0000b)", R"(a\u0085b)"}) {
    const ErrorBody body = Read(std::string(R"({"message":")") + message + R"("})");
    const std::string shown = Clean(body, {}).message;
    EXPECT_EQ(shown, "ab") << message;
    EXPECT_TRUE(base::IsValidUtf8(shown));
  }
}

TEST(ErrorBody, IsHtmlAtAnySize) {
  for (const size_t bytes : {size_t{0}, size_t{70'000}, size_t{8} << 20}) {
    const ErrorBody body = Read("<html>" + std::string(bytes, 'x'));
    EXPECT_TRUE(body.is_html) << bytes;
    ExpectNothingRead(body);
  }
  EXPECT_TRUE(Read("<html>cut", false).is_html);
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
