#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/actions.hpp"
#include "control/arguments.hpp"
#include "control/context.hpp"
#include "control/health.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {

result<boost::json::value> get_db_info(control_context& context, boost::json::object const&, control_caller const&) {
    return database_info(context);
}

result<boost::json::value> get_db_settings(control_context& context, boost::json::object const&,
                                           control_caller const&) {
    auto const document = context.config.snapshot();
    return boost::json::object{{"name", document->at("name")}, {"storage_nodes", document->at("storage_nodes")}};
}

result<boost::json::value> update_db_settings(control_context& context, boost::json::object const& arguments,
                                              control_caller const& who) {
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        for (auto const* const key : {"name", "storage_nodes"}) {
            if (auto const* const value = arguments.if_contains(key)) {
                document[key] = *value;
            }
        }
        return {};
    }));
    context.database.use_storage_nodes(read_storage_nodes(*context.config.snapshot(), context.directory));
    context.events.add(event_level::info, "control", fmt::format("database settings changed by '{}'", who.username));
    return get_db_settings(context, {}, who);
}

result<boost::json::value> get_data_security(control_context& context, boost::json::object const&,
                                             control_caller const&) {
    return context.config.snapshot()->at("data_security");
}

result<boost::json::value> set_data_security(control_context& context, boost::json::object const& arguments,
                                             control_caller const& who) {
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        auto& section = section_at(document, "data_security");
        for (auto const* const key : {"protect_reads", "disable_default_password"}) {
            MKDB_TRY_ASSIGN(auto const wanted, flag_argument(arguments, key, bool_at(section, key)));
            section[key] = wanted;
        }
        return {};
    }));
    context.events.add(event_level::warning, "control", fmt::format("data security changed by '{}'", who.username));
    return get_data_security(context, {}, who);
}

} // namespace mkdb::server::actions
