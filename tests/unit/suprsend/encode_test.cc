#include "service/suprsend/encode.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <ostream>

namespace suprsend_gateway::suprsend {
namespace {

using workflow::CancelFilter;

struct Pair {
  const char* name;
  CancelFilter filter;
  std::string body;
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.name; }

class Encode : public testing::TestWithParam<Pair> {};

TEST_P(Encode, WritesWhatIsSetAndNothingElse) {
  EXPECT_EQ(EncodeCancel(GetParam().filter), GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    Filters, Encode,
    testing::Values(
        Pair{"page_by_execution_id",
             {.execution_id = "dsl_xxxx-xxxx-xxxx-xxxx"},
             R"({"execution_id":"dsl_xxxx-xxxx-xxxx-xxxx"})"},
        Pair{"page_by_several",
             {.recipients = {"user_123"}, .workflow_slug = "order-confirmation"},
             R"({"recipients":["user_123"],"workflow_slug":"order-confirmation"})"},
        Pair{"recipients", {.recipients = {"b", "a", "b"}}, R"({"recipients":["b","a","b"]})"},
        Pair{"idempotency_key", {.idempotency_key = "k"}, R"({"idempotency_key":"k"})"},
        Pair{"workflow_slug", {.workflow_slug = "s"}, R"({"workflow_slug":"s"})"},
        Pair{
            "all",
            {.execution_id = "e",
             .recipients = {"r"},
             .idempotency_key = "k",
             .workflow_slug = "s"},
            R"({"execution_id":"e","recipients":["r"],"idempotency_key":"k","workflow_slug":"s"})"},
        // None of these comes through the rules, and still none may be dropped.
        Pair{"empty_execution_id", {.execution_id = ""}, R"({"execution_id":""})"},
        Pair{"empty_recipient", {.recipients = {""}}, R"({"recipients":[""]})"},
        Pair{"empty_key", {.idempotency_key = ""}, R"({"idempotency_key":""})"},
        Pair{"empty_slug", {.workflow_slug = ""}, R"({"workflow_slug":""})"},
        Pair{"nothing", {}, "{}"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Values, Encode,
    testing::Values(
        Pair{"quote", {.execution_id = R"(a"b)"}, R"({"execution_id":"a\"b"})"},
        Pair{"backslash", {.execution_id = R"(a\b)"}, R"({"execution_id":"a\\b"})"},
        Pair{"json_in_a_value",
             {.recipients = {R"("],"x":["y)"}},
             R"({"recipients":["\"],\"x\":[\"y"]})"},
        Pair{"escape_in_a_value", {.execution_id = R"(\u0041)"}, R"({"execution_id":"\\u0041"})"},
        Pair{"spaces_kept", {.execution_id = "  A b  "}, R"({"execution_id":"  A b  "})"},
        Pair{"utf8_as_it_is",
             {.execution_id = "caf\xC3\xA9 \xF0\x9F\x98\x80"},
             "{\"execution_id\":\"caf\xC3\xA9 \xF0\x9F\x98\x80\"}"},
        Pair{"not_normalised", {.execution_id = "e\xCC\x81"}, "{\"execution_id\":\"e\xCC\x81\"}"},
        Pair{"html", {.execution_id = "<a&b>"}, R"({"execution_id":"<a&b>"})"}),
    [](const auto& row) { return std::string(row.param.name); });

// Each character comes back from the JSON as it went in, byte for byte.
TEST(EncodeCharacters, SurviveTheJson) {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all.push_back(static_cast<char>(c));
  all += "\xC2\x80\xDF\xBF\xE0\xA0\x80\xE2\x80\xA8\xE2\x80\xA9\xEF\xBF\xBF\xF4\x8F\xBF\xBF";
  const std::string body = EncodeCancel({.execution_id = all, .recipients = {all, "x" + all}});
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(body.data(), body.size());
  ASSERT_FALSE(document.HasParseError());
  const auto text = [](const rapidjson::Value& value) {
    return std::string(value.GetString(), value.GetStringLength());
  };
  ASSERT_EQ(document.MemberCount(), 2u);
  EXPECT_EQ(text(document["execution_id"]), all);
  ASSERT_EQ(document["recipients"].Size(), 2u);
  EXPECT_EQ(text(document["recipients"][0]), all);
  EXPECT_EQ(text(document["recipients"][1]), "x" + all);
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
