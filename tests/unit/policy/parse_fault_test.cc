#include <gtest/gtest.h>

#include <ostream>

#include "service/policy/parse_policy.h"

namespace suprsend_gateway::policy {
namespace {

struct Row {
  const char* name;
  std::string json;
  std::string message;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string NameOf(const testing::TestParamInfo<Row>& row) { return row.param.name; }

class ParseFaultTest : public testing::TestWithParam<Row> {};

TEST_P(ParseFaultTest, SaysWhereAndWhatIsAllowed) {
  const auto policy = ParsePolicy(GetParam().json);
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(policy.status().message()), GetParam().message);
}

// A caller whose only field stands in line 3, from column 5 on.
std::string InLine3(const std::string& field) {
  return "{\"callers\": {\n  \"c\": {\n    " + field + "\n  }\n}}\n";
}

constexpr char kCount0[] = "must be a whole number from 0 to 1000000000, not ";
constexpr char kCount1[] = "must be a whole number from 1 to 1000000000, not ";
constexpr char kRate[] = "must be a number over 0 and up to 1000000000, not ";
constexpr char kName[] = "must be a string that is not empty and has no control characters, not ";
constexpr char kCaller[] =
    "must be a name of visible ASCII characters without blanks, as certificates have them, not ";
constexpr char kRuleFields[] =
    "; there are workflow_slugs, must_name_slug, allow_open_calls, allow_slug_alone, "
    "max_recipients, calls_per_second and burst";

Row Count(const char* name, const std::string& given) {
  return {name, InLine3("\"max_recipients\": " + given),
          R"(line 3, column 23, callers["c"].max_recipients: )" + (kCount0 + given)};
}
Row Burst(const char* name, const std::string& given) {
  return {name, InLine3("\"calls_per_second\":1,\"burst\": " + given),
          R"(line 3, column 35, callers["c"].burst: )" + (kCount1 + given)};
}
Row Rate(const char* name, const std::string& given) {
  return {name, InLine3("\"calls_per_second\": " + given),
          R"(line 3, column 25, callers["c"].calls_per_second: )" + (kRate + given)};
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, ParseFaultTest,
    testing::Values(Count("count_text", R"("many")"), Count("count_negative", "-1"),
                    Count("count_minus_zero", "-0"), Count("count_fraction", "1.5"),
                    Count("count_point", "100.0"), Count("count_exponent", "1e2"),
                    Count("count_past", "1000000001"), Count("count_huge", "99999999999999999999"),
                    Count("count_null", "null"), Count("count_true", "true"),
                    Burst("burst_zero", "0"), Burst("burst_past", "1000000001"),
                    Burst("burst_fraction", "1.5"), Burst("burst_text", R"("1")"),
                    Rate("rate_zero", "0"), Rate("rate_zero_point", "0.0"),
                    Rate("rate_negative", "-0.5"), Rate("rate_past", "1000000000.1"),
                    Rate("rate_vanishes", "1e-999"), Rate("rate_text", R"("1")"),
                    Rate("rate_null", "null")),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Types, ParseFaultTest,
    testing::Values(
        Row{"list", "[]", "line 1, column 1: must be an object, not a list"},
        Row{"text", " \n \"x\"", "line 2, column 2: must be an object, not \"x\""},
        Row{"null", "null", "line 1, column 1: must be an object, not null"},
        Row{"switch_text", "{\"allow_calls\":\n\"true\"}",
            "line 2, column 1, allow_calls: must be true or false, not \"true\""},
        Row{"open_switch_number", R"({"allow_open_calls":0})",
            "line 1, column 21, allow_open_calls: must be true or false, not 0"},
        Row{"callers_list", R"({"callers":[]})",
            "line 1, column 12, callers: must be an object, not a list"},
        Row{"callers_null", R"({"callers":null})",
            "line 1, column 12, callers: must be an object, not null"},
        Row{"rules_text", "{\"callers\":{\"a\":{},\n\"b\":\"x\"}}",
            R"(line 2, column 5, callers["b"]: must be an object, not "x")"},
        Row{"must_name_slug", InLine3(R"("must_name_slug": 1)"),
            R"(line 3, column 23, callers["c"].must_name_slug: must be true or false, not 1)"},
        Row{"allow_open_calls", InLine3(R"("allow_open_calls": {})"),
            R"(line 3, column 25, callers["c"].allow_open_calls: must be true or false, not an object)"},
        Row{"allow_slug_alone", InLine3(R"("allow_slug_alone": [true])"),
            R"(line 3, column 25, callers["c"].allow_slug_alone: must be true or false, not a list)"},
        Row{"slugs_text", InLine3(R"("workflow_slugs": "a")"),
            R"(line 3, column 23, callers["c"].workflow_slugs: must be a list of slugs, not "a")"},
        Row{"slugs_object", InLine3(R"("workflow_slugs": {})"),
            R"(line 3, column 23, callers["c"].workflow_slugs: must be a list of slugs, not an object)"},
        Row{"slugs_nested", InLine3("\"workflow_slugs\": [\"a\",\n[\"b\"]]"),
            R"(line 4, column 1, callers["c"].workflow_slugs[1]: )" +
                (kName + std::string("a list"))},
        Row{"slug_number", InLine3("\"workflow_slugs\": [\"a\",\n\"b\" ,7]"),
            R"(line 4, column 6, callers["c"].workflow_slugs[2]: )" + (kName + std::string("7"))}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Names, ParseFaultTest,
    testing::Values(
        Row{"callers_missing", "{\"allow_calls\": true\n}", "line 2, column 1: callers is missing"},
        Row{"unknown", "{\n\t\"Callers\": {}}",
            "line 2, column 2: there is no field \"Callers\"; there are allow_calls, "
            "allow_open_calls and callers"},
        Row{"unknown_rule", InLine3(R"("max_recipient": 1)"),
            R"(line 3, column 5, callers["c"]: there is no field "max_recipient")" +
                std::string(kRuleFields)},
        Row{"rule_at_the_top", R"({"callers":{},"burst":1})",
            "line 1, column 15: there is no field \"burst\"; there are allow_calls, "
            "allow_open_calls and callers"},
        Row{"switch_in_rules", InLine3(R"("allow_calls": true)"),
            R"(line 3, column 5, callers["c"]: there is no field "allow_calls")" +
                std::string(kRuleFields)},
        Row{"twice", "{\"allow_calls\":true,\n\"allow_calls\":true,\"callers\":{}}",
            "line 2, column 1, allow_calls: stands twice"},
        Row{"callers_twice", R"({"callers":{},"callers":{}})",
            "line 1, column 15, callers: stands twice"},
        Row{"twice_by_escape", R"({"callers":{},"c\u0061llers":{}})",
            "line 1, column 15, callers: stands twice"},
        Row{"rule_twice", InLine3("\"burst\": 1,\n\"calls_per_second\": 1, \"burst\": 1"),
            R"(line 4, column 24, callers["c"].burst: stands twice)"},
        Row{"caller_twice", "{\"callers\":{\"a\":{},\n\"b\":{},\n \"\\u0061\":{}}}",
            R"(line 3, column 2, callers["\u0061"]: stands twice)"},
        Row{"empty_caller", R"({"callers":{"":{}}})",
            "line 1, column 13, callers: " + (kCaller + std::string(R"("")"))},
        Row{"control_in_caller", R"({"callers":{"a\nb":{}}})",
            "line 1, column 13, callers: " + (kCaller + std::string(R"("a\nb")"))},
        Row{"nul_in_caller", R"({"callers":{"a\u0000":{}}})",
            "line 1, column 13, callers: " + (kCaller + std::string(R"("a\u0000")"))},
        Row{"blank_in_caller", "{\"callers\":{\"a\":{},\n \"b c\":{}}}",
            "line 2, column 2, callers: " + (kCaller + std::string(R"("b c")"))},
        Row{"delete_in_caller", "{\"callers\":{\"a\x7F\":{}}}",
            "line 1, column 13, callers: " + (kCaller + std::string(R"("a\u007F")"))},
        Row{"letter_in_caller", R"({"callers":{"caf\u00e9":{}}})",
            "line 1, column 13, callers: " + (kCaller + std::string(R"("caf\u00e9")"))},
        Row{"slug_twice", InLine3("\"workflow_slugs\": [\"a\", \"b\",\n \"\\u0061\"]"),
            R"(line 4, column 2, callers["c"].workflow_slugs[2]: stands twice)"},
        Row{"slug_alone_without_open",
            InLine3("\"allow_slug_alone\":\n true, \"must_name_slug\": true"),
            R"(line 4, column 2, callers["c"].allow_slug_alone: needs "allow_open_calls": true )"
            "beside it"},
        Row{"slug_alone_with_open_false",
            InLine3(R"("allow_open_calls": false, "allow_slug_alone": true)"),
            R"(line 3, column 52, callers["c"].allow_slug_alone: needs "allow_open_calls": true )"
            "beside it"},
        Row{"no_slugs", InLine3("\"workflow_slugs\": [\n]"),
            R"(line 3, column 23, callers["c"].workflow_slugs: must hold a slug; leave the field )"
            "out to allow any"},
        Row{"empty_slug", InLine3("\"workflow_slugs\": [\"a\",\n\"\"]"),
            R"(line 4, column 1, callers["c"].workflow_slugs[1]: )" +
                (kName + std::string(R"("")"))},
        Row{"burst_alone", InLine3("\"burst\":\n 5, \"max_recipients\": 1"),
            R"(line 4, column 2, callers["c"].burst: needs calls_per_second beside it)"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Syntax, ParseFaultTest,
    testing::Values(
        Row{"empty", "", "line 1, column 1: invalid JSON: The document is empty."},
        Row{"white_space", "\n \n", "line 3, column 1: invalid JSON: The document is empty."},
        Row{"comma_missing", "{\"allow_calls\": true\n\"callers\": {}}",
            "line 2, column 1: invalid JSON: Missing a comma or '}' after an object member."},
        Row{"comma_last", "{\"callers\": {},\n}",
            "line 2, column 1: invalid JSON: Missing a name for object member."},
        Row{"colon_missing", "{\"callers\"\n{}}",
            "line 2, column 1: invalid JSON: Missing a colon after a name of object member."},
        Row{"comment", "{\n// who\n\"callers\": {}}",
            "line 2, column 1: invalid JSON: Missing a name for object member."},
        Row{"half", "{\"callers\":\n{\"c\":{",
            "line 2, column 7: invalid JSON: Missing a name for object member."},
        Row{"word", "{\"callers\":\n {\"c\":{\"must_name_slug\":\n True}}}",
            "line 3, column 2: invalid JSON: Invalid value."},
        Row{"number_past_double", InLine3(R"("calls_per_second": 1e999)"),
            "line 3, column 25: invalid JSON: Number too big to be stored in double."},
        Row{"after_the_end", "{\"callers\": {}}\n\n x",
            "line 3, column 2: invalid JSON: The document root must not be followed by other "
            "values."},
        Row{"second_policy", "{\"callers\": {}}{\"callers\": {}}",
            "line 1, column 16: invalid JSON: The document root must not be followed by other "
            "values."},
        Row{"line_end_in_name", "{\"callers\": {\"a\n\": {}}}",
            "line 1, column 16: invalid JSON: Invalid escape character in string."}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Bytes, ParseFaultTest,
    testing::Values(
        Row{"byte_order_mark", "\xEF\xBB\xBF{\"callers\":{}}",
            "line 1, column 1: begins with a byte order mark; must be UTF-8 without one"},
        Row{"latin_1", "{\"callers\":{\n\"é caf\xE9\":{}}}",
            "line 2, column 7: must be valid UTF-8"},
        Row{"cut_character", "{\"callers\":{}}\xC3", "line 1, column 15: must be valid UTF-8"},
        Row{"raw_surrogate", "{\"\xED\xA0\x80\":{}}", "line 1, column 3: must be valid UTF-8"},
        Row{"nul", "{\"callers\":{}}\n" + std::string(1, '\0'),
            "line 2, column 1: must not hold a NUL byte"},
        Row{"nul_first", std::string("\0{", 2), "line 1, column 1: must not hold a NUL byte"},
        Row{"surrogate_alone", R"({"callers":{"a\udc00":{}}})",
            "line 1, column 13, callers: " + (kCaller + std::string(R"("a\udc00")"))},
        Row{"columns_are_characters", InLine3(R"("workflow_slugs": ["é😀",1])"),
            R"(line 3, column 29, callers["c"].workflow_slugs[1]: )" + (kName + std::string("1"))},
        Row{"windows_line_ends", "{\r\n\"callers\":\r\n 1}",
            "line 3, column 2, callers: must be an object, not 1"}),
    NameOf);

}  // namespace
}  // namespace suprsend_gateway::policy
