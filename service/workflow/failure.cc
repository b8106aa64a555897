#include "service/workflow/failure.h"

#include <cstddef>

namespace suprsend_gateway::workflow {
namespace {

constexpr bool RowsFollowTheEnum() {
  for (size_t i = 0; i < kFailureTable.size(); ++i) {
    if (kFailureTable[i].kind != static_cast<FailureKind>(i)) return false;
  }
  return kFailureTable.back().kind == FailureKind::kUpstreamErrorFinal;
}
static_assert(RowsFollowTheEnum(), "RowOf takes the kind as the index");

}  // namespace

const FailureRow& RowOf(FailureKind kind) { return kFailureTable[static_cast<size_t>(kind)]; }

}  // namespace suprsend_gateway::workflow
