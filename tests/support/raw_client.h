#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_RAW_CLIENT_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_RAW_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suprsend_gateway::testing {

// HTTP/2's frames by hand (RFC 9113), for clients that no library would be.
namespace http2 {

inline constexpr char kData = 0;
inline constexpr char kHeaders = 1;
inline constexpr char kResetStream = 3;
inline constexpr char kSettings = 4;
inline constexpr char kPing = 6;
inline constexpr char kGoaway = 7;
inline constexpr char kWindowUpdate = 8;
inline constexpr char kContinuation = 9;

inline constexpr int kEndStream = 1;
inline constexpr int kEndHeaders = 4;

// What a client says first: the preface and its SETTINGS, which set nothing.
std::string Hello();
std::string Frame(char type, int flags, uint32_t stream, std::string_view payload = {});
// Four bytes, as in the payloads of RST_STREAM and WINDOW_UPDATE.
std::string Number(uint32_t value);
// HPACK without Huffman codes and without its tables (RFC 7541, 6.2.2).
std::string HeaderBlock(const std::vector<std::pair<std::string, std::string>>& headers);
// The headers with which a call of CancelWorkflow begins.
std::string CallHeaders();

}  // namespace http2

// A TCP connection to 127.0.0.1 that sends what it is told and answers nothing by itself.
class RawClient {
 public:
  // "127.0.0.1:PORT".
  explicit RawClient(const std::string& address);
  ~RawClient();
  RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return fd_ >= 0; }

  // Waits until all of it is on its way. False when the peer has closed, or reads nothing for long.
  bool Send(std::string_view bytes) const;

  // Reads until a frame of that type has come. False where none comes in time, or the peer closes.
  bool WaitForFrame(char type);

  // Reads until the peer closes; false when it does not within `time`.
  bool WaitForClose(std::chrono::milliseconds time) const;
  // Whether the peer has closed by now.
  bool IsClosed() const { return WaitForClose(std::chrono::milliseconds(0)); }

 private:
  bool ReadSome();

  int fd_;
  std::string buffer_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_RAW_CLIENT_H_
