#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "service/suprsend/decode.h"

namespace suprsend_gateway::suprsend {
namespace {

constexpr size_t kMebi = size_t{1} << 20;

std::string Times(std::string_view text, size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) result.append(text);
  return result;
}

struct Bad {
  const char* name;
  std::string body;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class HostileReply : public testing::TestWithParam<Bad> {};

TEST_P(HostileReply, IsRefused) { EXPECT_FALSE(DecodeCancelReply(GetParam().body)); }

INSTANTIATE_TEST_SUITE_P(Syntax, HostileReply,
                         testing::Values(Bad{"text_after", R"({"execution_ids":["a"]}x)"},
                                         Bad{"reply_after",
                                             R"({"execution_ids":["a"]}{"execution_ids":["b"]})"},
                                         Bad{"brace_after", R"({"execution_ids":["a"]}})"},
                                         Bad{"comma_after_id", R"({"execution_ids":["a",]})"},
                                         Bad{"comma_after_member", R"({"execution_ids":["a"],})"},
                                         Bad{"only_a_comma", R"({"execution_ids":[,]})"},
                                         Bad{"comment", R"({"execution_ids":[/**/"a"]})"},
                                         Bad{"single_quotes", R"({'execution_ids':['a']})"},
                                         Bad{"bare_name", R"({execution_ids:["a"]})"},
                                         Bad{"nan", R"({"x":NaN,"execution_ids":[]})"},
                                         Bad{"infinity", R"({"x":Infinity,"execution_ids":[]})"},
                                         Bad{"leading_zero", R"({"x":01,"execution_ids":[]})"},
                                         Bad{"plus", R"({"x":+1,"execution_ids":[]})"},
                                         Bad{"half_a_number", R"({"x":1.,"execution_ids":[]})"},
                                         Bad{"bad_escape", R"({"execution_ids":["\q"]})"},
                                         Bad{"cut_escape", R"({"execution_ids":["\u12"]})"},
                                         Bad{"raw_line_end", "{\"execution_ids\":[\"a\nb\"]}"},
                                         Bad{"raw_tab", "{\"execution_ids\":[\"a\tb\"]}"}),
                         [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Duplicates, HostileReply,
    testing::Values(Bad{"both_lists", R"({"execution_ids":["a"],"execution_ids":["b"]})"},
                    Bad{"same_list", R"({"execution_ids":["a"],"execution_ids":["a"]})"},
                    Bad{"null_first", R"({"execution_ids":null,"execution_ids":["a"]})"},
                    Bad{"null_last", R"({"execution_ids":["a"],"execution_ids":null})"},
                    Bad{"escaped", R"({"execution_ids":["a"],"execution\u005Fids":["b"]})"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Characters, HostileReply,
    testing::Values(Bad{"not_utf8_in_id", "{\"execution_ids\":[\"\xFF\"]}"},
                    Bad{"latin_1_in_id", "{\"execution_ids\":[\"caf\xE9\"]}"},
                    Bad{"overlong_in_id", "{\"execution_ids\":[\"\xC0\xAF\"]}"},
                    Bad{"raw_surrogate_in_id", "{\"execution_ids\":[\"\xED\xA0\x80\"]}"},
                    Bad{"past_unicode_in_id", "{\"execution_ids\":[\"\xF4\x90\x80\x80\"]}"},
                    Bad{"cut_character_in_id", "{\"execution_ids\":[\"\xE2\x82\"]}"},
                    Bad{"not_utf8_elsewhere", "{\"x\":\"\xFF\",\"execution_ids\":[\"a\"]}"},
                    Bad{"not_utf8_in_name", "{\"\xFF\":1,\"execution_ids\":[\"a\"]}"},
                    Bad{"not_utf8_between", "{\xFF\"execution_ids\":[\"a\"]}"},
                    Bad{"utf_16", std::string("{\0\"\0", 4)},
                    Bad{"high_surrogate_alone", R"({"execution_ids":["\ud800"]})"},
                    Bad{"high_surrogate_twice", R"({"execution_ids":["\ud800\ud800"]})"},
                    Bad{"high_surrogate_then_letter", R"({"execution_ids":["\ud800\u0041"]})"},
                    Bad{"low_surrogate_alone", R"({"execution_ids":["\udc00"]})"},
                    Bad{"low_surrogate_first", R"({"execution_ids":["\udc00\ud800"]})"},
                    Bad{"nul_at_start", std::string("\0", 1) + R"({"execution_ids":["a"]})"},
                    Bad{"nul_at_end", R"({"execution_ids":["a"]})" + std::string(1, '\0')},
                    Bad{"nul_and_more", R"({"execution_ids":["a"]})" + std::string(1, '\0') + "x"},
                    Bad{"nul_between", "{\"execution_ids\":[\"a\"" + std::string(1, '\0') + "]}"},
                    Bad{"nul_in_id", "{\"execution_ids\":[\"a" + std::string(1, '\0') + "\"]}"},
                    Bad{"nul_alone", std::string(1, '\0')}),
    [](const auto& row) { return std::string(row.param.name); });

// Cut anywhere, a reply is no reply: half of a list must not pass for all of it.
TEST(TruncatedReply, IsRefusedAtEveryByte) {
  const std::string body =
      R"({"a":{"b":[1,-2.5e3,"\u00e9"]},"execution_ids":["dsl_1","\ud83d\ude00","é"],"c":null})";
  ASSERT_TRUE(DecodeCancelReply(body));
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(DecodeCancelReply(body.substr(0, size))) << body.substr(0, size);
  }
}

TEST(DeepReply, IsRefusedWithoutTheStack) {
  EXPECT_FALSE(DecodeCancelReply(std::string(kMebi, '[')));
  EXPECT_FALSE(DecodeCancelReply(Times(R"({"a":)", kMebi)));
  EXPECT_FALSE(DecodeCancelReply(R"({"a":)" + std::string(kMebi, '[')));
  EXPECT_FALSE(DecodeCancelReply(R"({"execution_ids":)" + std::string(kMebi, '[')));
  EXPECT_FALSE(DecodeCancelReply(R"({"x":)" + Times(R"([{"a":)", kMebi)));
}

TEST(DeepReply, IsTakenWhereItIsValid) {
  const std::string body = R"({"x":)" + std::string(kMebi, '[') + std::string(kMebi, ']') +
                           R"(,"execution_ids":["a"],"y":)" + Times(R"({"a":)", kMebi / 8) + "1" +
                           std::string(kMebi / 8, '}') + "}";
  const auto result = DecodeCancelReply(body);
  ASSERT_TRUE(result);
  EXPECT_THAT(result->execution_ids, testing::ElementsAre("a"));
}

TEST(LargeReply, IsTakenWholeAt8MiB) {
  const std::string id = "exec_0123456789abcdef0123456789abcdef";
  const size_t ids = 8 * kMebi / (id.size() + 3);
  const std::string body = R"({"execution_ids":[)" + Times("\"" + id + "\",", ids) + R"("last"]})";
  const auto result = DecodeCancelReply(body);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->execution_ids.size(), ids + 1);
  EXPECT_EQ(result->execution_ids[ids - 1], id);
  EXPECT_EQ(result->execution_ids[ids], "last");
}

TEST(LargeReply, MayBeOneIdOrOneOtherMember) {
  const std::string large(8 * kMebi, 'x');
  const auto one_id = DecodeCancelReply(R"({"execution_ids":[")" + large + R"("]})");
  ASSERT_TRUE(one_id);
  EXPECT_EQ(one_id->execution_ids, std::vector<std::string>{large});
  const auto other = DecodeCancelReply(R"({"x":")" + large + R"(","execution_ids":["a"]})");
  ASSERT_TRUE(other);
  EXPECT_THAT(other->execution_ids, testing::ElementsAre("a"));
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
