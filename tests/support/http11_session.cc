#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

#include "tests/support/http_session.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
// As libcurl writes it.
constexpr std::string_view kLength = "\r\nContent-Length: ";

class Http11Session final : public HttpSession {
 public:
  std::vector<Request> Receive(std::string_view bytes) override {
    input_ += bytes;
    std::vector<Request> requests;
    size_t head_size;
    while ((head_size = input_.find(kHeadEnd)) != std::string::npos) {
      head_size += kHeadEnd.size();
      const size_t length_at = input_.find(kLength);
      if (length_at >= head_size) {
        ADD_FAILURE() << "a request without a length: " << input_.substr(0, head_size);
        input_.clear();
        break;
      }
      const size_t body_size =
          std::strtoul(input_.c_str() + length_at + kLength.size(), nullptr, 10);
      if (input_.size() < head_size + body_size) break;
      requests.push_back({.body = input_.substr(head_size, body_size)});
      input_.erase(0, head_size + body_size);
    }
    return requests;
  }

  std::string TakeOutput() override { return std::exchange(output_, ""); }

  void Answer(int32_t, int status, std::string_view body) override {
    output_ += HttpResponse(status, body);
  }

  void AnswerHalf(int32_t, int status, std::string_view body) override {
    std::string answer = HttpResponse(status, body);
    answer.resize(answer.size() - body.size() / 2);
    output_ += answer;
  }

  void AnswerWithoutEnd(int32_t, int, std::string_view) override {
    ADD_FAILURE() << "HTTP/1.1 ends an answer by its length";
  }

  void AnswerHalfHead(int32_t) override { output_ += "HTTP/1.1 200 OK\r\nContent-Le"; }

  void ResetStream(int32_t, uint32_t) override { ADD_FAILURE() << "HTTP/1.1 has no streams"; }
  void GoAway(int32_t) override { ADD_FAILURE() << "HTTP/1.1 has no GOAWAY"; }
  int32_t NewestStream() const override { return 0; }

 private:
  std::string input_;
  std::string output_;
};

}  // namespace

std::unique_ptr<HttpSession> MakeHttp11Session() { return std::make_unique<Http11Session>(); }

}  // namespace suprsend_gateway::testing
