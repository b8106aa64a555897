#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

#include "tests/support/http_session.h"

namespace suprsend_gateway::testing {
namespace {

constexpr uint32_t kMostStreams = 100;
constexpr int32_t kHighestStream = std::numeric_limits<int32_t>::max();

struct SessionDeleter {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

nghttp2_nv Header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    // nghttp2 copies them, and does not write to them in spite of its types.
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

class Http2Session final : public HttpSession {
 public:
  Http2Session() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &OnData);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &OnFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &OnStreamClose);
    nghttp2_session* session = nullptr;
    if (nghttp2_session_server_new(&session, callbacks, this) != 0) std::abort();
    nghttp2_session_callbacks_del(callbacks);
    session_.reset(session);
    const nghttp2_settings_entry streams{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams};
    nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, &streams, 1);
  }

  std::vector<Request> Receive(std::string_view bytes) override {
    const ssize_t taken = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (taken < 0) ADD_FAILURE() << nghttp2_strerror(static_cast<int>(taken));
    return std::exchange(whole_, {});
  }

  std::string TakeOutput() override {
    Drain();
    return std::exchange(output_, "");
  }

  void Answer(int32_t stream, int status, std::string_view body) override {
    Submit(stream, status, {.bytes = std::string(body), .limit = body.size(), .ends = true});
  }

  void AnswerHalf(int32_t stream, int status, std::string_view body) override {
    Submit(stream, status, {.bytes = std::string(body), .limit = body.size() / 2});
  }

  void AnswerWithoutEnd(int32_t stream, int status, std::string_view body) override {
    Submit(stream, status, {.bytes = std::string(body), .limit = body.size()});
  }

  // A HEADERS frame without END_HEADERS, whose one byte is HPACK for ":status: 200".
  void AnswerHalfHead(int32_t stream) override {
    Drain();
    output_ += {0, 0, 1, NGHTTP2_HEADERS, NGHTTP2_FLAG_NONE};
    for (const int shift : {24, 16, 8, 0}) output_ += static_cast<char>(stream >> shift & 0xff);
    output_ += '\x88';
  }

  void ResetStream(int32_t stream, uint32_t error_code) override {
    Drain();  // What was said on the stream would be dropped with it.
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, error_code);
  }

  void GoAway(int32_t last_stream) override {
    Drain();
    // The notice of an end to come: after any other GOAWAY, nghttp2 ignores new streams.
    if (last_stream == kHighestStream) {
      nghttp2_submit_shutdown_notice(session_.get());
      return;
    }
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last_stream, NGHTTP2_NO_ERROR, nullptr,
                          0);
  }

  int32_t NewestStream() const override {
    return nghttp2_session_get_last_proc_stream_id(session_.get());
  }

 private:
  // The body of an answer, of which the first `limit` bytes are sent.
  struct Body {
    std::string bytes;
    size_t limit = 0;
    bool ends = false;  // And END_STREAM with the last of them.
    size_t sent = 0;
  };

  void Submit(int32_t stream, int status, Body body) {
    const std::string status_text = std::to_string(status);
    const std::string length = std::to_string(body.bytes.size());
    bodies_[stream] = std::move(body);
    const nghttp2_nv headers[] = {Header(":status", status_text),
                                  Header("content-type", "application/json"),
                                  Header("content-length", length)};
    nghttp2_data_provider provider{.source = {.ptr = &bodies_[stream]}, .read_callback = &ReadBody};
    nghttp2_submit_response(session_.get(), stream, headers, std::size(headers), &provider);
  }

  void Drain() {
    const uint8_t* bytes = nullptr;
    ssize_t size;
    while ((size = nghttp2_session_mem_send(session_.get(), &bytes)) > 0) {
      output_.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    }
  }

  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t* buffer, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void*) {
    Body& body = *static_cast<Body*>(source->ptr);
    if (!body.ends && body.sent == body.limit) return NGHTTP2_ERR_DEFERRED;
    size = std::min(size, body.limit - body.sent);
    std::copy_n(body.bytes.data() + body.sent, size, buffer);
    body.sent += size;
    if (body.ends && body.sent == body.limit) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  static int OnData(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size,
                    void* self) {
    static_cast<Http2Session*>(self)->partial_[stream].append(reinterpret_cast<const char*>(bytes),
                                                              size);
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& session = *static_cast<Http2Session*>(self);
    const bool of_request = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (of_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      const int32_t stream = frame->hd.stream_id;
      session.whole_.push_back({.body = std::move(session.partial_[stream]), .stream = stream});
      session.partial_.erase(stream);
    }
    return 0;
  }

  static int OnStreamClose(nghttp2_session*, int32_t stream, uint32_t, void* self) {
    static_cast<Http2Session*>(self)->partial_.erase(stream);
    static_cast<Http2Session*>(self)->bodies_.erase(stream);
    return 0;
  }

  std::unique_ptr<nghttp2_session, SessionDeleter> session_;
  std::map<int32_t, std::string> partial_;  // What has come of request bodies.
  std::vector<Request> whole_;
  std::map<int32_t, Body> bodies_;  // Of answers under way.
  std::string output_;
};

}  // namespace

std::unique_ptr<HttpSession> MakeHttp2Session() { return std::make_unique<Http2Session>(); }

}  // namespace suprsend_gateway::testing
