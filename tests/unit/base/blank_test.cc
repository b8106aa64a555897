#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "service/base/utf8.h"

namespace suprsend_gateway::base {
namespace {

constexpr char32_t kLast = 0x10FFFF;

// PropList.txt of Unicode 15: the 25 characters with White_Space.
const std::set<char32_t>& WhiteSpace() {
  static const auto& all = *new std::set<char32_t>{
      0x0009, 0x000A, 0x000B, 0x000C, 0x000D, 0x0020, 0x0085, 0x00A0, 0x1680,
      0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
      0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  return all;
}

const std::set<char32_t>& ZeroWidth() {
  static const auto& all = *new std::set<char32_t>{0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF};
  return all;
}

TEST(Blank, IsWhiteSpaceOrZeroWidthAndNothingElse) {
  ASSERT_EQ(WhiteSpace().size(), 25u);
  for (char32_t c = 0; c <= kLast; ++c) {
    const bool expected = WhiteSpace().contains(c) || ZeroWidth().contains(c);
    ASSERT_EQ(IsBlank(c), expected) << "U+" << std::hex << static_cast<uint32_t>(c);
  }
}

TEST(Control, IsCategoryCcAndNothingElse) {
  for (char32_t c = 0; c <= kLast; ++c) {
    const bool is_c0 = c <= 0x1F;
    const bool is_delete_or_c1 = c >= 0x7F && c <= 0x9F;
    ASSERT_EQ(IsControl(c), is_c0 || is_delete_or_c1)
        << "U+" << std::hex << static_cast<uint32_t>(c);
  }
}

}  // namespace
}  // namespace suprsend_gateway::base
