#ifndef SERVICE_POLICY_JSON_VALUE_H_
#define SERVICE_POLICY_JSON_VALUE_H_

#include <optional>
#include <string>
#include <string_view>

#include "service/policy/policy.h"

namespace suprsend_gateway::policy {

// A value in a JSON text.
struct JsonValue {
  enum Kind { kNull, kBool, kNumber, kString, kObject, kList };
  Kind kind;
  std::string_view text;  // Of a string without its quotes and escapes; of a number as it stands.
};

// What a value must be, for a message: "true or false".
using Wanted = std::optional<std::string>;

// Each puts the value into `target`, or returns what it must be.
Wanted ReadBool(const JsonValue& value, bool& target);
// A whole number without sign, fraction or exponent, from `least` to kMaxCount.
Wanted ReadCount(const JsonValue& value, int least, std::optional<int>& target);
Wanted ReadRate(const JsonValue& value, std::optional<double>& target);
Wanted ReadSlug(const JsonValue& value, std::string& target);
Wanted ReadCallerName(const JsonValue& value, std::string& target);

}  // namespace suprsend_gateway::policy

#endif  // SERVICE_POLICY_JSON_VALUE_H_
