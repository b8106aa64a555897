#include "service/http/trust_store.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "service/http/curl_easy.h"

namespace suprsend_gateway::http {
namespace {

CURLcode UseStore(CURL*, void* ssl_context, void* store) {
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(ssl_context), static_cast<X509_STORE*>(store));
  return CURLE_OK;
}

}  // namespace

void TrustStore::Free::operator()(void* store) const {
  X509_STORE_free(static_cast<X509_STORE*>(store));
}

TrustStore::TrustStore(const std::string& ca_file) : store_(X509_STORE_new()) {
  auto* store = static_cast<X509_STORE*>(store_.get());
  if (ca_file.empty()) {
    X509_STORE_set_default_paths(store);
  } else {
    X509_STORE_load_locations(store, ca_file.c_str(), nullptr);
  }
  // As libcurl has it: an intermediate certificate in the file is trusted by itself.
  X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  ERR_clear_error();
}

void TrustStore::ApplyTo(CURL* easy) const {
  SetString(easy, CURLOPT_CAINFO, nullptr);
  SetString(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &UseStore);
  SetPointer(easy, CURLOPT_SSL_CTX_DATA, store_.get());
}

}  // namespace suprsend_gateway::http
