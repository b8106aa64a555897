#include "service/config/settings.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "service/config/flags.h"

namespace suprsend_gateway::config {
namespace {

Setting Find(const std::string& name) {
  for (const Setting& setting : Settings()) {
    if (setting.name == name) return setting;
  }
  ADD_FAILURE() << name << " is missing";
  return {};
}

TEST(SettingsTest, HaveEachFlagWithItsValueNowAndItsDefault) {
  const absl::FlagSaver saver;
  absl::SetFlag(&FLAGS_max_deadline, "20s");
  absl::SetFlag(&FLAGS_reflection, Toggle{.value = true});
  EXPECT_EQ(Find("max_deadline").value, "20s");
  EXPECT_EQ(Find("max_deadline").default_value, "30s");
  EXPECT_EQ(Find("reflection").value, "true");
  EXPECT_EQ(Find("reflection").default_value, "auto");
  EXPECT_EQ(Find("access_log").value, "true");
  EXPECT_NE(Find("access_log").help, "");
}

TEST(SettingsTest, StandByNameWithoutFlagsOfLibraries) {
  const std::vector<Setting> settings = Settings();
  EXPECT_GE(settings.size(), 30u);
  EXPECT_TRUE(std::is_sorted(settings.begin(), settings.end(),
                             [](const Setting& a, const Setting& b) { return a.name < b.name; }));
  for (const Setting& setting : settings) EXPECT_NE(setting.name, "flagfile");
}

}  // namespace
}  // namespace suprsend_gateway::config
