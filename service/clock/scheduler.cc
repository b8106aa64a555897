#include "service/clock/scheduler.h"

namespace suprsend_gateway::clock {

Scheduler::~Scheduler() = default;

}  // namespace suprsend_gateway::clock
