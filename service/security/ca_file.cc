#include "service/security/ca_file.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::security {

absl::Status CheckCaFile(const std::string& path) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      &X509_STORE_free);
  const bool loaded = X509_STORE_load_locations(store.get(), path.c_str(), nullptr) == 1;
  ERR_clear_error();
  if (loaded) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, " must be a readable file with at least one certificate in PEM"));
}

}  // namespace suprsend_gateway::security
