#ifndef SERVICE_SECURITY_CA_FILE_H_
#define SERVICE_SECURITY_CA_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace suprsend_gateway::security {

// Whether the file is there and holds a certificate in PEM. libcurl reads it for the first
// connection only, which is too late to find that out.
absl::Status CheckCaFile(const std::string& path);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_CA_FILE_H_
