#ifndef SERVICE_SECURITY_PROCESS_SECRETS_H_
#define SERVICE_SECURITY_PROCESS_SECRETS_H_

namespace suprsend_gateway::security {

// Keeps what this process holds in memory to itself, from now on: it leaves no core dump, whatever
// the system does with them, and another process of the same user can neither read its memory nor
// attach to it (root can). To be called before a secret is read. Any thread.
void ForbidDumps();

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_PROCESS_SECRETS_H_
