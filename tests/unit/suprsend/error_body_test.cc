#include "service/suprsend/error_body.h"

#include <gtest/gtest.h>

#include <ostream>

namespace suprsend_gateway::suprsend {
namespace {

struct Shape {
  const char* name;
  std::string body;
  bool is_suprsend_error;
  std::string code;
  std::string message;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class ErrorShape : public testing::TestWithParam<Shape> {};

TEST_P(ErrorShape, IsRead) {
  const ErrorBody body =
      ReadErrorBody({.status = 400, .content_type = "application/json", .body = GetParam().body});
  EXPECT_FALSE(body.is_html);
  EXPECT_EQ(body.is_suprsend_error, GetParam().is_suprsend_error);
  EXPECT_EQ(body.code, GetParam().code);
  EXPECT_EQ(body.message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    SuprSend, ErrorShape,
    testing::Values(
        Shape{"page", R"({"code":400,"message":"at least one filter is required: execution_id"})",
              true, "400", "at least one filter is required: execution_id"},
        Shape{"full",
              R"({"code":404,"error_code":"wf_missing","type":"t","message":"m","detail":"d"})",
              true, "wf_missing", "m"},
        Shape{"fail", R"({"status":"fail","message":"m"})", false, "", "m"},
        Shape{"error_object", R"({"status":"error","error":{"message":"m","type":"t"}})", true, "t",
              "m"},
        Shape{"bare_string", "Not Authenticated - could not find Workspace details", false, "",
              "Not Authenticated - could not find Workspace details"},
        Shape{"bare_string_with_line_end", "no such run\n", false, "", "no such run\n"},
        Shape{"json_string", R"("no such run")", false, "", "no such run"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Precedence, ErrorShape,
    testing::Values(
        Shape{"error_code_over_code", R"({"code":"c","error_code":"e"})", true, "e", ""},
        Shape{"code_where_error_code_is_empty", R"({"code":"c","error_code":""})", true, "c", ""},
        Shape{"code_over_type", R"({"code":7,"error":{"type":"t"}})", true, "7", ""},
        Shape{"message_over_error", R"({"message":"m","error":{"message":"e"}})", true, "", "m"},
        Shape{"message_over_detail", R"({"message":"m","detail":"d"})", false, "", "m"},
        Shape{"error_over_detail", R"({"error":"e","detail":"d"})", true, "", "e"},
        Shape{"detail_alone", R"({"detail":"d"})", false, "", "d"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    WrongTypes, ErrorShape,
    testing::Values(Shape{"null_code", R"({"code":null,"message":null})", true, "", ""},
                    Shape{"list_code", R"({"code":[1],"message":["m"]})", true, "", ""},
                    Shape{"object_message", R"({"message":{"a":"b"}})", false, "", ""},
                    Shape{"boolean_message", R"({"message":true})", false, "", ""},
                    Shape{"negative_code", R"({"code":-7})", true, "-7", ""},
                    Shape{"fraction_code", R"({"code":4.5})", true, "", ""},
                    Shape{"huge_code", R"({"code":99999999999999999999})", true, "", ""},
                    Shape{"number_alone", "404", false, "", ""},
                    Shape{"null_alone", "null", false, "", ""},
                    Shape{"list", R"([{"code":1,"message":"m"}])", false, "", ""},
                    Shape{"empty_object", "{}", false, "", ""}, Shape{"empty", "", false, "", ""},
                    Shape{"error_list", R"({"error":[{"message":"m"}]})", true, "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace suprsend_gateway::suprsend
