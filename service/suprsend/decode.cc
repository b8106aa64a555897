#include "service/suprsend/decode.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>
#include <utility>

#include "service/base/utf8.h"

namespace suprsend_gateway::suprsend {
namespace {

// Takes the ids from the events of the parser; any event out of place ends the parse.
class ReplyHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ReplyHandler> {
 public:
  bool Null() {
    if (!at_ids_) return InsideTop();
    at_ids_ = false;
    return true;
  }
  bool Bool(bool) { return OtherValue(); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return OtherValue(); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (!in_ids_) return OtherValue();
    std::string id(text, size);
    // The parser lets an escaped lone surrogate through.
    if (!base::IsValidUtf8(id)) return false;
    result_.execution_ids.push_back(std::move(id));
    return true;
  }
  bool StartObject() {
    if (at_ids_ || in_ids_) return false;
    ++depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ != 1 || std::string_view(text, size) != "execution_ids") return true;
    if (std::exchange(seen_ids_, true)) return false;
    at_ids_ = true;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() {
    if (in_ids_ || depth_ == 0) return false;
    ++depth_;
    in_ids_ = std::exchange(at_ids_, false);
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    in_ids_ = false;
    return true;
  }

  std::optional<workflow::CancelResult> Take() {
    if (!seen_ids_) return std::nullopt;
    return std::move(result_);
  }

 private:
  bool InsideTop() const { return depth_ > 0 && !in_ids_; }
  bool OtherValue() const { return InsideTop() && !at_ids_; }

  size_t depth_ = 0;
  bool at_ids_ = false;  // The next value is that of execution_ids.
  bool in_ids_ = false;
  bool seen_ids_ = false;
  workflow::CancelResult result_;
};

}  // namespace

std::optional<workflow::CancelResult> DecodeCancelReply(std::string_view body) {
  // Numbers stay text: none is of interest.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(body.data(), body.size());
  rapidjson::Reader reader;
  ReplyHandler handler;
  if (reader.Parse<kFlags>(stream, handler).IsError()) return std::nullopt;
  // The parser takes a NUL for the end of the text.
  if (stream.Tell() != body.size()) return std::nullopt;
  return handler.Take();
}

}  // namespace suprsend_gateway::suprsend
