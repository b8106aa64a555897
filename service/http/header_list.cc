#include "service/http/header_list.h"

#include <cstddef>
#include <utility>

namespace suprsend_gateway::http {

HeaderList::HeaderList(std::vector<std::string> lines)
    : lines_(std::move(lines)), nodes_(lines_.size()) {
  for (size_t i = 0; i < lines_.size(); ++i) {
    nodes_[i].data = lines_[i].data();
    nodes_[i].next = i + 1 < nodes_.size() ? &nodes_[i + 1] : nullptr;
  }
}

}  // namespace suprsend_gateway::http
