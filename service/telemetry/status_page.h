#ifndef SERVICE_TELEMETRY_STATUS_PAGE_H_
#define SERVICE_TELEMETRY_STATUS_PAGE_H_

#include <string>

#include "service/telemetry/status_report.h"

namespace suprsend_gateway::telemetry {

// One HTML page, in UTF-8, for the person who is paged: first whether all is well and what is not,
// then what fails and who calls, then everything else. It needs no script and nothing from
// elsewhere, fits a telephone and a terminal's browser, and does not load itself anew: what is read
// or copied from stays. All names are taken to be hostile.
std::string FormatStatusPage(const StatusReport& report);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_STATUS_PAGE_H_
