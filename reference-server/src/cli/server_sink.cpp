#include "cli/server_sink.hpp"

#include "cli/checked_record.hpp"

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

constexpr std::size_t first_block = 64 * 1024;

/// Asks for an id, which needs the right to write and the store, and changes nothing.
result<> check_store(wire_client& client, server_address const& where, std::string const& store) {
    auto const asked = client.call({{"action", "generate_id"}, {"store", store}});
    if (asked) {
        return {};
    }
    auto why = asked.error();
    if (why.message.ends_with("not found")) {
        why.message += fmt::format(" on {}: make it first, in the panel or by the control plane's api_create_store",
                                   where.shown());
    }
    return why;
}

} // namespace

server_sink::server_sink(wire_client client, std::string const& store, std::string id_field, import_tally& tally)
    : client_(std::move(client)), id_field_(std::move(id_field)), tally_(tally), memory_(first_block),
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
    result<> submitted;
    {
        auto const record = check_record(json, id_field_, &memory_);
        if (record) {
            submitted = pipeline_.submit(line, record->id, json);
        } else {
            tally_.refused(line, record.error().message);
        }
    }
    memory_.release();
    return submitted;
}

} // namespace mkdb::cli
