#include "service/suprsend/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace suprsend_gateway::suprsend {
namespace {

using Ids = std::vector<std::string>;

struct Good {
  const char* name;
  std::string body;
  Ids ids;
};

void PrintTo(const Good& good, std::ostream* out) { *out << good.name; }

class ValidReply : public testing::TestWithParam<Good> {};

TEST_P(ValidReply, GivesItsIds) {
  const auto result = DecodeCancelReply(GetParam().body);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->execution_ids, GetParam().ids);
}

INSTANTIATE_TEST_SUITE_P(
    Decode, ValidReply,
    testing::Values(
        Good{"page_cancelled",
             R"({"execution_ids":["dsl_xxxx-xxxx-xxxx-xxxx"]})",
             {"dsl_xxxx-xxxx-xxxx-xxxx"}},
        Good{"page_no_match", R"({"execution_ids":[]})", {}},
        Good{"null_is_an_empty_list", R"({"execution_ids":null})", {}},
        Good{"order_kept", R"({"execution_ids":["b","a","c","a"]})", {"b", "a", "c", "a"}},
        Good{"white_space", " \r\n\t{ \"execution_ids\" : [ \"a\" , \"b\" ] } \n", {"a", "b"}},
        Good{"empty_id", R"({"execution_ids":[""]})", {""}},
        Good{"escapes",
             R"({"execution_ids":["\u0061\/\"\\\n\ud83d\ude00"]})",
             {"a/\"\\\n\xF0\x9F\x98\x80"}},
        Good{"nul_in_escape", R"({"execution_ids":["a\u0000b"]})", {std::string("a\0b", 3)}},
        Good{"raw_utf8",
             "{\"execution_ids\":[\"\xC3\xA9\xF0\x9F\x98\x80\"]}",
             {"\xC3\xA9\xF0\x9F\x98\x80"}},
        Good{"escaped_name", R"({"execution\u005fids":["a"]})", {"a"}},
        Good{"others_before",
             R"({"a":1,"b":"x","c":true,"d":false,"e":null,"f":[1],"g":{},"execution_ids":["a"]})",
             {"a"}},
        Good{"others_after",
             R"({"execution_ids":["a"],"b":{"c":[[["x"]]]},"d":"execution_ids"})",
             {"a"}},
        Good{"same_name_further_in",
             R"({"x":{"execution_ids":["no"]},"y":[{"execution_ids":7}],"execution_ids":["a"]})",
             {"a"}},
        Good{"same_name_further_in_after",
             R"({"execution_ids":["a"],"x":{"execution_ids":["no"]},"y":[{"execution_ids":[1]}]})",
             {"a"}},
        Good{"strings_in_other_lists", R"({"x":["no"],"execution_ids":["a"],"y":["no"]})", {"a"}},
        Good{"other_members_twice", R"({"x":1,"execution_ids":["a"],"x":2})", {"a"}},
        Good{"number_past_64_bits",
             R"({"n":-123456789012345678901234567890,"execution_ids":["a"]})",
             {"a"}},
        Good{"number_near_zero", R"({"n":1e-999999999999,"execution_ids":["a"]})", {"a"}}),
    [](const auto& row) { return std::string(row.param.name); });

struct Bad {
  const char* name;
  std::string body;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class InvalidReply : public testing::TestWithParam<Bad> {};

TEST_P(InvalidReply, IsRefused) { EXPECT_FALSE(DecodeCancelReply(GetParam().body)); }

INSTANTIATE_TEST_SUITE_P(
    Decode, InvalidReply,
    testing::Values(  // Valid JSON, but more than RapidJSON reads, whatever its flags. UNKNOWN is
                      // the safe side.
        Bad{"exponent_past_a_double", R"({"n":1e309,"execution_ids":["a"]})"}, Bad{"empty", ""},
        Bad{"white_space", " \n"}, Bad{"null", "null"}, Bad{"number", "1"},
        Bad{"string", R"("execution_ids")"}, Bad{"boolean", "true"}, Bad{"list", R"(["a"])"},
        Bad{"list_of_replies", R"([{"execution_ids":["a"]}])"}, Bad{"empty_object", "{}"},
        Bad{"html", "<html></html>"}, Bad{"no_ids", R"({"status":"success"})"},
        Bad{"ids_further_in", R"({"data":{"execution_ids":["a"]}})"},
        Bad{"ids_in_a_list", R"({"data":[{"execution_ids":["a"]}]})"},
        Bad{"other_case", R"({"Execution_Ids":["a"]})"},
        Bad{"longer_name", R"({"execution_ids_":["a"]})"},
        Bad{"name_and_nul", R"({"execution_ids\u0000":["a"]})"},
        Bad{"ids_string", R"({"execution_ids":"a"})"}, Bad{"ids_number", R"({"execution_ids":0})"},
        Bad{"ids_true", R"({"execution_ids":true})"},
        Bad{"ids_false", R"({"execution_ids":false})"},
        Bad{"ids_object", R"({"execution_ids":{}})"},
        Bad{"ids_object_of_ids", R"({"execution_ids":{"a":"b"}})"},
        Bad{"id_number", R"({"execution_ids":["a",1]})"},
        Bad{"id_null", R"({"execution_ids":[null]})"},
        Bad{"id_boolean", R"({"execution_ids":["a",true]})"},
        Bad{"id_object", R"({"execution_ids":[{"id":"a"}]})"},
        Bad{"id_list", R"({"execution_ids":[["a"]]})"},
        Bad{"id_empty_list", R"({"execution_ids":[[]]})"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace suprsend_gateway::suprsend
