#ifndef SERVICE_HTTP_TRUST_STORE_H_
#define SERVICE_HTTP_TRUST_STORE_H_

#include <curl/curl.h>

#include <memory>
#include <string>

namespace suprsend_gateway::http {

// The certificate authorities that may vouch for upstream, read once. By itself libcurl reads them
// again for each connection: some 20 ms for a system's bundle, for which the event loop stands.
class TrustStore {
 public:
  // `ca_file`: PEM; empty: the system's authorities. Where it cannot be read, nobody is trusted.
  explicit TrustStore(const std::string& ca_file);

  // Makes the connections of `easy` use it, and nothing else. Must outlive them.
  void ApplyTo(CURL* easy) const;

 private:
  struct Free {
    void operator()(void* store) const;
  };
  std::unique_ptr<void, Free> store_;  // OpenSSL's X509_STORE.
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_TRUST_STORE_H_
