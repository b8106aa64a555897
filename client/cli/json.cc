#include "client/cli/json.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>
#include <string_view>

#include "suprsend/gateway/status/v1/status.pb.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::cli {
namespace {

namespace status_pb = ::suprsend::gateway::status::v1;
using google::protobuf::DescriptorPool;
using google::protobuf::util::TypeResolver;

constexpr char kUrlPrefix[] = "type.googleapis.com";
constexpr std::string_view kUrlStart = "type.googleapis.com/";
constexpr char kStatusUrl[] = "type.googleapis.com/google.rpc.Status";

google::protobuf::util::JsonPrintOptions PrintOptions() {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
#if GOOGLE_PROTOBUF_VERSION >= 5026000
  options.always_print_fields_with_no_presence = true;
#else
  options.always_print_primitive_fields = true;
#endif
  return options;
}

// ".suprsend.gateway.status.v1.ErrorInfo" → ".google.rpc.ErrorInfo", in every field.
void RenameTypes(google::protobuf::DescriptorProto& message) {
  constexpr std::string_view kOurs = ".suprsend.gateway.status.v1.";
  for (auto& field : *message.mutable_field()) {
    const std::string name(field.type_name());
    if (name.starts_with(kOurs)) field.set_type_name(".google.rpc." + name.substr(kOurs.size()));
  }
  for (auto& nested : *message.mutable_nested_type()) RenameTypes(nested);
}

void AddFile(const google::protobuf::FileDescriptor& file, DescriptorPool& pool) {
  google::protobuf::FileDescriptorProto copy;
  file.CopyTo(&copy);
  pool.BuildFile(copy);
}

// Our status messages under their published names, in a pool of their own: the program's pool has
// room for only one google/rpc/*.proto, which may be somebody else's.
struct PublishedTypes {
  PublishedTypes() {
    AddFile(*google::protobuf::Any::descriptor()->file(), pool);
    AddFile(*google::protobuf::Duration::descriptor()->file(), pool);
    google::protobuf::FileDescriptorProto file;
    status_pb::Status::descriptor()->file()->CopyTo(&file);
    file.set_package("google.rpc");
    for (auto& message : *file.mutable_message_type()) RenameTypes(message);
    pool.BuildFile(file);
    resolver.reset(google::protobuf::util::NewTypeResolverForDescriptorPool(kUrlPrefix, &pool));
  }

  DescriptorPool pool;
  std::unique_ptr<TypeResolver> resolver;
};

// protobuf's converter is lax with bytes that do not parse, and says on stderr which types it does
// not know.
bool IsReadable(const google::protobuf::Any& detail, const DescriptorPool& pool) {
  const std::string& url = detail.type_url();
  if (!url.starts_with(kUrlStart)) return false;
  const auto* const type = pool.FindMessageTypeByName(url.substr(kUrlStart.size()));
  if (!type) return false;
  google::protobuf::DynamicMessageFactory factory;
  const std::unique_ptr<google::protobuf::Message> message(factory.GetPrototype(type)->New());
  return message->ParseFromString(detail.value());
}

std::optional<std::string> StatusToJson(const status_pb::Status& status, TypeResolver& resolver) {
  std::string json;
  const auto result = google::protobuf::util::BinaryToJsonString(
      &resolver, kStatusUrl, status.SerializeAsString(), &json, PrintOptions());
  if (!result.ok()) return std::nullopt;
  return json;
}

}  // namespace

std::optional<std::string> ReplyToJson(const client::CancelReply& reply) {
  suprsend::gateway::v1::CancelWorkflowResponse response;
  for (const std::string& id : reply.execution_ids) response.add_execution_ids(id);
  response.set_execution_ids_may_be_incomplete(reply.execution_ids_may_be_incomplete);
  response.set_cancelled_count(reply.cancelled_count);
  std::string json;
  const auto result = google::protobuf::util::MessageToJsonString(response, &json, PrintOptions());
  if (!result.ok()) return std::nullopt;
  return json;
}

FailureJson FailureToJson(const client::Failure& failure) {
  const PublishedTypes types;
  status_pb::Status all;
  if (!all.ParseFromString(failure.status_proto)) all.Clear();
  status_pb::Status readable;
  readable.set_code(all.code());
  readable.set_message(all.message());
  FailureJson json;
  for (const google::protobuf::Any& detail : all.details()) {
    if (IsReadable(detail, types.pool)) {
      *readable.add_details() = detail;
    } else {
      ++json.left_out;
    }
  }
  json.document = StatusToJson(readable, *types.resolver).value_or("");
  return json;
}

}  // namespace suprsend_gateway::cli
