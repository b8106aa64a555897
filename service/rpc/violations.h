#ifndef SERVICE_RPC_VIOLATIONS_H_
#define SERVICE_RPC_VIOLATIONS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "service/workflow/failure.h"

namespace suprsend_gateway::rpc {

// What a request breaks. The first kMaxTold are told one by one, and of the rest how many;
// descriptions hold no value of the request.
class Violations {
 public:
  static constexpr size_t kMaxTold = 16;

  struct Violation {
    std::string field;  // "recipients[3]"
    std::string description;
  };

  // The kind that is lowest in FailureKind gives the reply its reason.
  void Add(workflow::FailureKind kind, std::string field, std::string description) {
    if (count_ == 0 || kind < kind_) kind_ = kind;
    if (++count_ <= kMaxTold) told_.push_back({std::move(field), std::move(description)});
  }

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }
  const std::vector<Violation>& told() const { return told_; }
  workflow::FailureKind kind() const { return kind_; }

 private:
  workflow::FailureKind kind_ = workflow::FailureKind::kInvalidFilter;
  size_t count_ = 0;
  std::vector<Violation> told_;
};

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_VIOLATIONS_H_
