#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_RAW_UPSTREAM_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_RAW_UPSTREAM_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace suprsend_gateway::testing {

// One HTTP/1.1 request as it stood on the wire.
struct RawRequest {
  std::string method;
  std::string target;
  // Names in lower case.
  std::multimap<std::string, std::string> headers;
  std::string body;
  // Counted from 1: the connection it came on, and its place on that connection.
  int connection = 0;
  int number_on_connection = 0;

  // The header's value; empty where there is none, and the values joined with "|" where it stands
  // more than once.
  std::string Header(const std::string& name) const;
};

class RawUpstream;

// One connection, in the hands of a script.
class RawConnection {
 public:
  void Send(std::string_view bytes);
  // Sends what still stands in the buffer and closes in order.
  void Close();
  // Closes with a TCP RST.
  void Reset();
  // Waits; ends early when the upstream stops or the peer has closed its side.
  void Wait(std::chrono::milliseconds duration);
  // Says nothing until the peer closes or the upstream stops.
  void Stall();
  bool closed() const { return fd_ < 0; }

 private:
  friend class RawUpstream;
  RawConnection(RawUpstream& upstream, int fd) : upstream_(upstream), fd_(fd) {}

  RawUpstream& upstream_;
  int fd_;
};

// A TCP server on a port of the system's choosing that reads whole HTTP/1.1 requests, keeps them,
// and answers as a script says. A connection stays open for the next request unless the script
// closes it. The script runs on a thread per connection, several at once, and may still run when
// what it sent has long been read: what it refers to must outlive the upstream.
class RawUpstream {
 public:
  using Script = std::function<void(const RawRequest&, RawConnection&)>;

  explicit RawUpstream(Script script);
  ~RawUpstream();
  RawUpstream(const RawUpstream&) = delete;
  RawUpstream& operator=(const RawUpstream&) = delete;

  // Goes for the requests that are read from now on.
  void SetScript(Script script);

  int port() const { return port_; }
  // "http://127.0.0.1:PORT" and `path`.
  std::string Url(const std::string& path = "/") const;

  // Every whole request so far, in the order in which they came.
  std::vector<RawRequest> Requests() const;
  size_t RequestCount() const;
  // Connections accepted so far, with or without a request.
  int ConnectionCount() const;
  bool WaitForRequests(size_t count, std::chrono::milliseconds timeout) const;
  void ForgetRequests();

 private:
  friend class RawConnection;
  void Accept();
  void Serve(int fd, int connection_number);
  void CloseConnection(int fd);

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Script script_;
  std::vector<RawRequest> requests_;
  int connections_ = 0;
  std::set<int> open_fds_;
  bool stopping_ = false;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

// A reply with a Content-Length.
std::string HttpResponse(int status, std::string_view body,
                         const std::vector<std::string>& header_lines = {
                             "Content-Type: application/json"});

// Answers every request with these bytes.
RawUpstream::Script Always(std::string bytes);

// The same, and each connection is closed after it.
RawUpstream::Script SendAndClose(std::string bytes);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_RAW_UPSTREAM_H_
