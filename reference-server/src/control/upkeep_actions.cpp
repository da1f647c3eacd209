#include "control/actions.hpp"
#include "control/compaction_json.hpp"
#include "control/scrub_json.hpp"
#include "control/store_arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string>

namespace mkdb::server::actions {
namespace {

/// What a scrub mended, and what it could not: whoever asked may not be whoever looks after the server.
void tell(event_log& events, std::string const& name, scrub_report const& report) {
    if (!report.unrecoverable.empty() || !report.lost_ids.empty()) {
        constexpr std::size_t most_named = 20;
        auto const named = std::span(report.lost_ids).first(std::min(most_named, report.lost_ids.size()));
        events.add(
            event_level::error, name,
            fmt::format("scrubbed: {} segments are damaged beyond what parity restores, and {} records are lost: "
                        "{}{}",
                        report.unrecoverable.size(), report.lost_ids.size(), fmt::join(named, ", "),
                        named.size() < report.lost_ids.size() ? ", …" : ""));
    } else {
        events.add(event_level::info, name,
                   fmt::format("scrubbed: {} bytes, {} blocks healed, {} parity files made anew", report.bytes,
                               report.healed_blocks, report.parity_rebuilt));
    }
}

} // namespace

result<boost::json::value> compact_store(control_context& context, boost::json::object const& arguments,
                                         control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    context.events.add(event_level::info, "control",
                       fmt::format("compaction of store '{}' asked for by '{}'", store->name(), who.username));
    MKDB_TRY_ASSIGN(auto const report, store->compact());
    auto answer = compaction_json(store->name(), report);
    answer["success"] = true;
    return answer;
}

result<boost::json::value> scrub_store(control_context& context, boost::json::object const& arguments,
                                       control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    context.events.add(event_level::info, "control",
                       fmt::format("scrub of store '{}' asked for by '{}'", store->name(), who.username));
    MKDB_TRY_ASSIGN(auto const report, store->scrub());
    tell(context.events, store->name(), report);
    auto answer = scrub_json(store->name(), report);
    answer["success"] = true;
    return answer;
}

} // namespace mkdb::server::actions
