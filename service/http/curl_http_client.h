#ifndef SERVICE_HTTP_CURL_HTTP_CLIENT_H_
#define SERVICE_HTTP_CURL_HTTP_CLIENT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "service/http/event_loop.h"
#include "service/http/http_client.h"
#include "service/http/lane_pool.h"
#include "service/http/transfer.h"
#include "service/http/trust_store.h"

namespace suprsend_gateway::http {

// HTTP/2 over TLS where the server offers it, else HTTP/1.1, on the sockets of one event loop. Over
// HTTP/2 the work of an event is in proportion to the transfers it is about, not to all that are in
// flight; over HTTP/1.1 libcurl looks at each of its connections when a request starts.
class CurlHttpClient final : public HttpClient {
 public:
  // curl_global_init must have been called. `loop` must outlive the client.
  CurlHttpClient(EventLoop& loop, TransferOptions options);

  // The loop must have been stopped. Requests that are still in flight end as abandoned, in here.
  ~CurlHttpClient() override;

  void Post(HttpRequest request, HttpCallback done) override;

 private:
  // All of these run on the loop's thread.
  void Start(HttpRequest request, HttpCallback done);
  void Abandon(uint64_t id);
  void GiveUp(uint64_t id, HttpResult result);
  void OnTimer(uint64_t id);
  void End(Transfer& transfer, HttpResult result);
  std::unique_ptr<Transfer> TakeIdleTransfer();

  EventLoop& loop_;
  const TransferOptions options_;
  const TrustStore trust_;
  LanePool pool_;
  uint64_t requests_started_ = 0;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_CURL_HTTP_CLIENT_H_
