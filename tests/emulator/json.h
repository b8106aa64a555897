#ifndef TESTS_EMULATOR_JSON_H_
#define TESTS_EMULATOR_JSON_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rapidjson/document.h"
#include "rapidjson/stringbuffer.h"
#include "rapidjson/writer.h"

namespace suprsend_gateway::emulator {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

// Deeper JSON is refused, since RapidJSON writes a value out by recursion.
inline constexpr int kMaxJsonDepth = 64;

enum class Utf8 {
  kRequired,
  kAnyBytes,  // strings keep whatever bytes they hold
};

// INVALID_ARGUMENT, with the byte offset, for anything but one JSON value of at most kMaxJsonDepth.
absl::StatusOr<rapidjson::Document> ParseJson(const std::string& text, Utf8 utf8);

// The value as JSON, without white space.
std::string WriteJson(const rapidjson::Value& value);

// `value` if it is a string of at least one byte; otherwise INVALID_ARGUMENT, which names `field`.
absl::StatusOr<std::string> NonEmptyString(const rapidjson::Value& value, const std::string& field);

// INVALID_ARGUMENT if `object` has a name more than once: which of the two counts differs by
// parser.
absl::Status CheckNoDuplicates(const rapidjson::Value& object);

// `bytes` with U+FFFD for each byte that is not part of valid UTF-8.
std::string ToValidUtf8(const std::string& bytes);

void WriteString(JsonWriter& writer, const char* name, const std::string& value);
void WriteStringOrNull(JsonWriter& writer, const char* name,
                       const std::optional<std::string>& value);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_JSON_H_
