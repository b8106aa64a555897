#include <gtest/gtest.h>

#include <ostream>

#include "service/rpc/validate_request.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::FailureKind;

// The four places of a text, each with another filter that is in order.
struct Place {
  const char* field;
  void (*set)(CancelWorkflowRequest&, const std::string&);
};

constexpr Place kPlaces[] = {
    {"execution_id", [](CancelWorkflowRequest& request,
                        const std::string& text) { request.set_execution_id(text); }},
    {"recipients[1]",
     [](CancelWorkflowRequest& request, const std::string& text) {
       request.add_recipients("user_1");
       request.add_recipients(text);
     }},
    {"idempotency_key", [](CancelWorkflowRequest& request,
                           const std::string& text) { request.set_idempotency_key(text); }},
    {"workflow_slug", [](CancelWorkflowRequest& request,
                         const std::string& text) { request.set_workflow_slug(text); }},
};

struct Text {
  const char* name;
  std::string text;
};

void PrintTo(const Text& text, std::ostream* out) { *out << text.name; }

class BadText : public testing::TestWithParam<Text> {};

TEST_P(BadText, IsRefusedInEachFieldByItsName) {
  for (const Place& place : kPlaces) {
    CancelWorkflowRequest request;
    place.set(request, GetParam().text);
    const Violations violations = ValidateRequest(request);
    ASSERT_GE(violations.count(), 1u) << place.field;
    EXPECT_EQ(violations.kind(), FailureKind::kInvalidFilter);
    for (const auto& violation : violations.told()) {
      EXPECT_EQ(violation.field, place.field);
      EXPECT_FALSE(violation.description.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Blank, BadText,
    testing::Values(Text{"empty", ""}, Text{"space", " "}, Text{"spaces", "   "}, Text{"tab", "\t"},
                    Text{"line_end", "\r\n"}, Text{"no_break_space", "\xC2\xA0"},
                    Text{"ogham_space", "\xE1\x9A\x80"}, Text{"em_space", "\xE2\x80\x83"},
                    Text{"line_separator", "\xE2\x80\xA8"},
                    Text{"narrow_no_break_space", "\xE2\x80\xAF"},
                    Text{"ideographic_space", "\xE3\x80\x80"},
                    Text{"zero_width_space", "\xE2\x80\x8B"},
                    Text{"zero_width_joiner", "\xE2\x80\x8D"}, Text{"word_joiner", "\xE2\x81\xA0"},
                    Text{"byte_order_mark", "\xEF\xBB\xBF"},
                    Text{"mixed", " \xE2\x80\x8B\xC2\xA0\xEF\xBB\xBF "}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Control, BadText,
    testing::Values(Text{"nul", std::string("a\0b", 3)}, Text{"nul_alone", std::string(1, '\0')},
                    Text{"tab_inside", "a\tb"}, Text{"line_feed_after", "user_1\n"},
                    Text{"carriage_return", "\ruser_1"}, Text{"escape", "\x1B[31m"},
                    Text{"unit_separator", "a\x1F"}, Text{"delete", "a\x7F"},
                    Text{"c1_first", "a\xC2\x80"}, Text{"next_line", "a\xC2\x85"},
                    Text{"c1_last", "a\xC2\x9F"}),
    [](const auto& row) { return std::string(row.param.name); });

class GoodText : public testing::TestWithParam<Text> {};

TEST_P(GoodText, IsTakenInEachField) {
  for (const Place& place : kPlaces) {
    CancelWorkflowRequest request;
    place.set(request, GetParam().text);
    EXPECT_TRUE(ValidateRequest(request).empty()) << place.field;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, GoodText,
    testing::Values(Text{"one_letter", "a"}, Text{"zero", "0"}, Text{"spaces_around", "  a  "},
                    Text{"joiner_inside",
                         "a\xE2\x80\x8D"
                         "b"},
                    Text{"quote", "\""}, Text{"backslash", "\\"}, Text{"null_in_words", "null"},
                    Text{"tilde_before_delete", "~"}, Text{"after_c1", "\xC2\xA1"},
                    Text{"emoji", "\xF0\x9F\x98\x80"}, Text{"soft_hyphen", "\xC2\xAD"},
                    Text{"mongolian_vowel_separator", "\xE1\xA0\x8E"},
                    Text{"replacement", "\xEF\xBF\xBD"}, Text{"e_mail", "ann+1@example.org"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace suprsend_gateway::rpc
