#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "service/suprsend/redact.h"

namespace suprsend_gateway::suprsend {
namespace {

constexpr std::string_view kLetters = "abcdefxuABCDEFXU0123456789";
constexpr std::string_view kSigns = "@._-+/ '\"\\%&=;#:!";

template <typename... Args>
std::string Format(const char* format, Args... args) {
  char buffer[40];
  const int size = std::snprintf(buffer, sizeof buffer, format, args...);
  return {buffer, static_cast<size_t>(size)};
}

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }
  char OneOf(std::string_view choices) { return choices[Below(choices.size())]; }

  // With a letter or digit at either end: blanks and backslashes may be trimmed there.
  std::string Value() {
    std::string value(1, OneOf(kLetters));
    const size_t size = 1 + Below(9);
    for (size_t i = 0; i < size; ++i) value += OneOf(Below(3) == 0 ? kSigns : kLetters);
    return value + OneOf(kLetters);
  }

  // Writes `text` as one of the usual encoders does, but escapes more than it has to.
  std::string Encode(std::string_view text) {
    const size_t encoder = Below(5);
    const size_t eagerness = Below(3) * 50;
    std::string result;
    for (const char c : text) result += EncodeOne(c, encoder, Below(100) < eagerness);
    return result;
  }

 private:
  std::string EncodeOne(char c, size_t encoder, bool is_eager) {
    const unsigned code = static_cast<unsigned char>(c);
    switch (encoder) {
      case 0:  // JSON
        if (c == '\\' || c == '"') return {'\\', c};
        return is_eager ? Format("\\u%04x", code) : std::string(1, c);
      case 1:  // C, Python
        if (c == '\\' || c == '\'') return {'\\', c};
        return is_eager ? Format(Below(2) == 0 ? "\\x%02x" : "\\x{%x}", code) : std::string(1, c);
      case 2:  // percent
        return is_eager || c == '%' || c == '+' || c == ' ' ? Format("%%%02X", code)
                                                            : std::string(1, c);
      case 3:  // form
        if (c == ' ') return "+";
        return is_eager || !absl::ascii_isalnum(static_cast<unsigned char>(c))
                   ? Format("%%%02x", code)
                   : std::string(1, c);
      default:  // HTML
        if (c == '&') return "&amp;";
        return is_eager ? Format(Below(2) == 0 ? "&#%u;" : "&#x%04x;", code) : std::string(1, c);
    }
  }

  std::mt19937 random_;
};

TEST(RedactRandom, LeavesNothingOfAValueUnderAnyMixOfEscapes) {
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    Random random(seed);
    const std::string value = random.Value();
    std::string text = value;
    const size_t layers = random.Below(4);
    for (size_t i = 0; i < layers; ++i) text = random.Encode(text);
    const std::string shown = Redact("~" + text + "~", {value});
    const std::string rest = absl::StrReplaceAll(shown, {{"[redacted]", ""}});
    EXPECT_TRUE(std::none_of(rest.begin(), rest.end(),
                             [](unsigned char c) { return absl::ascii_isalnum(c); }))
        << "seed " << seed << ": " << value << " as " << text << " is " << shown;
  }
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
