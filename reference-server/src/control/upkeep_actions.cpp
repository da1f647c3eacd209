#include "control/actions.hpp"
#include "control/compaction_json.hpp"
#include "control/scrub_json.hpp"
#include "control/store_arguments.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {

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
    auto answer = scrub_json(store->name(), report);
    answer["success"] = true;
    return answer;
}

} // namespace mkdb::server::actions
