#include "service/suprsend/layers.h"

#include <gtest/gtest.h>

#include "service/suprsend/unescape.h"

namespace suprsend_gateway::suprsend {
namespace {

const std::string kEnd(1, kLayerEnd);
const std::string kOther(1, kNonAscii);

TEST(Layers, AreTheTextAndEachLayerBelowIt) {
  EXPECT_EQ(ReadLayers("").bytes, kEnd);
  EXPECT_EQ(ReadLayers("a b").bytes, "a b" + kEnd);
  EXPECT_EQ(ReadLayers("a%2540b").bytes, "a%2540b" + kEnd + "a%40b" + kEnd + "a@b" + kEnd);
  EXPECT_EQ(ReadLayers("\xC3\xA9").bytes, kOther + kOther + kEnd);
}

TEST(Layers, TakeBlanksLast) {
  EXPECT_EQ(ReadLayers("a+%2B").bytes, "a+%2B" + kEnd + "a++" + kEnd + "a " + kEnd);
}

TEST(Layers, KeepTrackOfWhereEachByteCameFrom) {
  const Layers layers = ReadLayers("a%2540b");
  const std::vector<uint32_t> expected = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 4, 5, 6, 7, 0, 1, 6, 7};
  EXPECT_EQ(layers.origins, expected);
}

TEST(Layers, KnowEscapesThatAUsualEncoderDoesNotWrite) {
  const auto odd = [](std::string_view text) {
    std::string marks;
    for (const bool is_odd : ReadLayers(text).is_odd) marks += is_odd ? '^' : '.';
    return marks;
  };
  EXPECT_EQ(odd("a%40%41b"), "....^^^.");
  EXPECT_EQ(odd("%2541%7e"), "^^^^^...");
  EXPECT_EQ(odd("\\\"%C3%a9"), "..^^^^^^");
}

TEST(Layers, EndAtTheirLimit) {
  ASSERT_EQ(kMaxLayers, 5);
  EXPECT_TRUE(ReadLayers("%2525252540").is_complete);
  EXPECT_FALSE(ReadLayers("%252525252540").is_complete);
}

TEST(UnescapeInto, TakesOffOneLayer) {
  std::string plain;
  EXPECT_TRUE(UnescapeInto("a%2540+", plain));
  EXPECT_EQ(plain, "a%40+");
  EXPECT_TRUE(UnescapeInto("a@+", plain));
  EXPECT_EQ(plain, "a@ ");
  EXPECT_FALSE(UnescapeInto("a @ %", plain));
  EXPECT_FALSE(UnescapeInto("", plain));
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
