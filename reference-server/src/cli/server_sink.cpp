#include "cli/server_sink.hpp"

#include "cli/checked_record.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

constexpr std::size_t scratch_bytes = 64 * 1024;

/// Asks for an id, which needs the right to write and the store, and changes nothing.
result<> check_store(wire_client& client, server_address const& where, std::string const& store) {
    auto const asked = client.call({{"action", "generate_id"}, {"store", store}});
    if (asked) {
        return {};
    }
    auto why = asked.error();
    if (why.message.ends_with("not found")) {
        why.message += fmt::format(" on {}: make it first, over the control plane (api_create_store)",
                                   where.shown());
    }
    return why;
}

} // namespace

server_sink::server_sink(wire_client client, std::string const& store, std::string id_field, import_tally& tally)
    : client_(std::move(client)), id_field_(std::move(id_field)), tally_(tally), memory_(scratch_bytes),
      pipeline_(client_.connection(), store, [this](std::uint64_t line, std::string_view refusal) {
          refusal.empty() ? tally_.stored() : tally_.refused(line, refusal);
      }) {}

result<std::unique_ptr<import_sink>> server_sink::open(server_address const& where, wire_options options,
                                                       std::string const& store, std::string id_field,
                                                       import_tally& tally) {
    MKDB_TRY_ASSIGN(auto client, wire_client::connect(where, options));
    MKDB_TRY(check_store(client, where, store));
    return std::unique_ptr<import_sink>(new server_sink(std::move(client), store, std::move(id_field), tally));
}

result<> server_sink::submit(std::uint64_t line, std::string_view json) {
    boost::json::monotonic_resource memory(memory_.data(), memory_.size());
    auto const record = check_record(json, id_field_, &memory);
    if (!record) {
        tally_.refused(line, record.error().message);
        return {};
    }
    return pipeline_.submit(line, record->id, json);
}

} // namespace mkdb::cli
