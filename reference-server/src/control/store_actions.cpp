#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/actions.hpp"
#include "control/store_arguments.hpp"
#include "control/store_settings.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

// What a caller may say of a new store or of one that is there: settings beside the words of the action itself.
boost::json::object settings_in(boost::json::object const& arguments) {
    if (auto const* const config = arguments.if_contains("config"); config != nullptr && config->is_object()) {
        return config->get_object();
    }
    return arguments_besides(arguments, {"action", "name", "store", "config"});
}

} // namespace

result<boost::json::value> list_stores(control_context& context, boost::json::object const&, control_caller const&) {
    boost::json::array listed;
    for (auto const& name : context.database.store_names()) {
        if (auto const store = context.database.find_store(name)) {
            listed.push_back(boost::json::object{
                {"name", name}, {"description", store->options().description}, {"record_count", store->size()}});
        }
    }
    auto const count = listed.size();
    return boost::json::object{{"stores", std::move(listed)}, {"count", count}};
}

result<boost::json::value> create_store(control_context& context, boost::json::object const& arguments,
                                        control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const name, store_name_argument(arguments));
    auto section = new_store_section(name);
    merge_section("stores.*", section, settings_in(arguments));
    MKDB_TRY(add_store(context.database, context.config, name, section));
    context.events.add(event_level::info, "control", fmt::format("store '{}' created by '{}'", name, who.username));
    return boost::json::object{{"success", true}, {"name", name}, {"description", section.at("description")}};
}

result<boost::json::value> delete_store(control_context& context, boost::json::object const& arguments,
                                        control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    std::string const name(store->name());
    MKDB_TRY_ASSIGN(auto const archive, context.database.archive_store(name));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        section_at(document, "stores").erase(name);
        return {};
    }));
    context.metrics.forget(name);
    context.events.add(event_level::warning, "control", fmt::format("store '{}' archived by '{}'", name, who.username));
    return boost::json::object{{"success", true}, {"name", name}, {"archived_as", archive}};
}

result<boost::json::value> update_store(control_context& context, boost::json::object const& arguments,
                                        control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY_ASSIGN(auto const description, optional_text(arguments, "description"));
    if (!description) {
        return fail(errc::invalid_argument, "'description' is required");
    }
    MKDB_TRY(change_store(context.config, *store, {{"description", *description}}));
    context.events.add(event_level::info, "control",
                       fmt::format("store '{}' described anew by '{}'", store->name(), who.username));
    return boost::json::object{{"success", true}, {"name", store->name()}, {"description", *description}};
}

result<boost::json::value> get_store_config(control_context& context, boost::json::object const& arguments,
                                            control_caller const&) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    return boost::json::value(store_section(context.config, std::string(store->name())));
}

result<boost::json::value> update_store_config(control_context& context, boost::json::object const& arguments,
                                               control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
    MKDB_TRY(change_store(context.config, *store, settings_in(arguments)));
    context.events.add(event_level::info, "control",
                       fmt::format("settings of store '{}' changed by '{}'", store->name(), who.username));
    return boost::json::value(store_section(context.config, std::string(store->name())));
}

} // namespace mkdb::server::actions
