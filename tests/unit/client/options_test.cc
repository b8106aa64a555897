#include "client/cli/options.h"

#include <array>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kRules = std::to_array<OptionRule>({
    {.name = "slug_name"},
    {.name = "recipient", .repeatable = true},
    {.name = "dry", .kind = OptionRule::kSwitch},
});

absl::StatusOr<std::vector<GivenOption>> Parse(const std::vector<std::string>& arguments) {
  return ParseOptions(kRules, arguments);
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const auto given = Parse(arguments);
  EXPECT_EQ(given.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(given.status().message());
}

TEST(OptionsTest, TakesBothSpellingsInOrder) {
  EXPECT_THAT(*Parse({"--recipient=a", "--recipient", "b", "--slug_name", "c", "--dry"}),
              ElementsAre(GivenOption{"recipient", "a"}, GivenOption{"recipient", "b"},
                          GivenOption{"slug_name", "c"}, GivenOption{"dry", "true"}));
}

TEST(OptionsTest, KeepsValuesAsTheyAre) {
  EXPECT_THAT(*Parse({"--recipient=", "--recipient", "", "--recipient==x=", "--recipient=--dry",
                      "--recipient= \xFF\n"}),
              ElementsAre(GivenOption{"recipient", ""}, GivenOption{"recipient", ""},
                          GivenOption{"recipient", "=x="}, GivenOption{"recipient", "--dry"},
                          GivenOption{"recipient", " \xFF\n"}));
}

TEST(OptionsTest, SwitchTakesNoOtherValue) {
  EXPECT_THAT(*Parse({"--dry=true"}), ElementsAre(GivenOption{"dry", "true"}));
  EXPECT_THAT(*Parse({"--dry=false"}), ElementsAre(GivenOption{"dry", "false"}));
  EXPECT_THAT(Refusal({"--dry=yes"}), HasSubstr("--dry"));
  EXPECT_THAT(Refusal({"--dry="}), HasSubstr("--dry"));
  EXPECT_THAT(Refusal({"--dry", "true"}), HasSubstr("argument 2"));
}

TEST(OptionsTest, DoubleDashEndsTheOptions) {
  EXPECT_THAT(*Parse({"--"}), IsEmpty());
  EXPECT_THAT(*Parse({"--dry", "--"}), ElementsAre(GivenOption{"dry", "true"}));
  EXPECT_THAT(Refusal({"--", "--dry"}), HasSubstr("argument 2"));
}

TEST(OptionsTest, OptionGivenTwiceIsRefused) {
  EXPECT_THAT(Refusal({"--slug_name=a", "--slug_name=b"}), HasSubstr("--slug_name"));
  EXPECT_THAT(Refusal({"--slug_name=a", "--slug_name=a"}), HasSubstr("only once"));
  EXPECT_THAT(Refusal({"--slug_name=", "--slug_name", "b"}), HasSubstr("only once"));
  EXPECT_THAT(Refusal({"--dry", "--dry=false"}), HasSubstr("--dry"));
}

TEST(OptionsTest, UnknownOptionIsNamedWithoutItsValue) {
  const std::string refusal = Refusal({"--recipeint=secret-person"});
  EXPECT_THAT(refusal, HasSubstr("--recipeint"));
  EXPECT_THAT(refusal, Not(HasSubstr("secret-person")));
  EXPECT_THAT(Refusal({"--slug-name=a"}), HasSubstr("it is written --slug_name"));
  EXPECT_THAT(Refusal({"--=a"}), HasSubstr("no option"));
  EXPECT_THAT(Refusal({"--a\nb"}), HasSubstr("--a\\x0Ab"));
}

TEST(OptionsTest, MissingValueIsRefusedRatherThanTakenFromTheNextOption) {
  EXPECT_THAT(Refusal({"--recipient"}), HasSubstr("--recipient needs a value"));
  EXPECT_THAT(Refusal({"--recipient", "--dry"}), HasSubstr("--recipient needs a value"));
  EXPECT_THAT(Refusal({"--recipient", "--"}), HasSubstr("--recipient needs a value"));
  EXPECT_THAT(Refusal({"--recipient", "-h"}), HasSubstr("--recipient=-value"));
}

TEST(OptionsTest, ArgumentOfNoOptionIsToldByItsPlace) {
  for (const char* stray : {"secret-person", "-r", "-", ""}) {
    const std::string refusal = Refusal({"--dry", stray});
    EXPECT_THAT(refusal, HasSubstr("argument 2")) << stray;
    EXPECT_THAT(refusal, Not(HasSubstr("secret-person")));
  }
}

}  // namespace
}  // namespace suprsend_gateway::cli
