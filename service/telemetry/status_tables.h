#ifndef SERVICE_TELEMETRY_STATUS_TABLES_H_
#define SERVICE_TELEMETRY_STATUS_TABLES_H_

#include "service/telemetry/html.h"
#include "service/telemetry/status_report.h"

namespace suprsend_gateway::telemetry {

// The tables of the status page; status_page.cc has their order and style. One of which the report
// knows nothing is empty.
Html GatewayTable(const StatusReport& report);
Html ErrorTable(const StatusReport& report);
Html CallerTable(const StatusReport& report);
Html UpstreamTable(const StatusReport& report);
Html LoadTable(const StatusReport& report);
Html FileTable(const StatusReport& report);  // The API key's too.
Html CertificateTable(const StatusReport& report);
Html AuditTable(const StatusReport& report);
Html FlagTable(const StatusReport& report);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_STATUS_TABLES_H_
