#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/actions.hpp"
#include "control/arguments.hpp"
#include "control/context.hpp"
#include "control/health.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

result<plane> plane_argument(boost::json::object const& arguments) {
    MKDB_TRY_ASSIGN(auto const name, text_argument(arguments, "server"));
    if (auto const which = plane_named(name)) {
        return *which;
    }
    return fail(errc::invalid_argument, fmt::format("'server' is '{}', expected socket, http or control", name));
}

result<> operate(planes& listeners, plane which, std::string_view op) {
    if (op != "start") {
        listeners.stop(which);
    }
    return op == "stop" ? result<>() : listeners.start(which);
}

// Stopping the plane that carries the answer must wait until the answer is out.
void operate_later(control_context& context, plane which, std::string const& op) {
    context.listeners.defer([&context, which, op] {
        if (auto const done = operate(context.listeners, which, op); !done) {
            context.events.add(event_level::error, "control", done.error().message);
        }
    });
}

} // namespace

result<boost::json::value> get_server_status(control_context& context, boost::json::object const&,
                                             control_caller const&) {
    return server_status(context);
}

result<boost::json::value> server_control(control_context& context, boost::json::object const& arguments,
                                          control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const which, plane_argument(arguments));
    MKDB_TRY_ASSIGN(auto const op, text_argument(arguments, "op"));
    if (op != "start" && op != "stop" && op != "restart") {
        return fail(errc::invalid_argument, fmt::format("'op' is '{}', expected start, stop or restart", op));
    }
    context.events.add(event_level::warning, "control",
                       fmt::format("{} of the {} server asked for by '{}'", op, to_string(which), who.username));
    auto const deferred = which == plane::control && op != "start";
    if (deferred) {
        operate_later(context, which, op);
    } else {
        MKDB_TRY(operate(context.listeners, which, op));
    }
    auto const message = fmt::format("{} server: {} {}", to_string(which), op, deferred ? "follows" : "done");
    return boost::json::object{{"message", message}, {"deferred", deferred}};
}

result<boost::json::value> update_server_config(control_context& context, boost::json::object const& arguments,
                                                control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const which, plane_argument(arguments));
    auto const path = fmt::format("servers.{}_server", to_string(which));
    auto changes = arguments_besides(arguments, {"action", "server", "config"});
    if (auto const* const config = arguments.if_contains("config"); config != nullptr && config->is_object()) {
        merge_section(path, changes, config->get_object());
    }
    // `host` and `port` may stand beside the others, as older callers send them.
    for (auto const* const key : {"host", "port"}) {
        if (auto const* const value = changes.if_contains(key)) {
            auto const wanted = *value;
            section_at(changes, "address")[key] = wanted;
            changes.erase(key);
        }
    }
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        auto& section = section_at(document, path);
        merge_section(path, section, changes);
        auto const findings = check_section(path, section, path);
        if (!findings.problems.empty()) {
            return fail(errc::invalid_argument, findings.problems.front().sentence());
        }
        if (!findings.unknown.empty()) {
            return fail(errc::invalid_argument, "There is no setting " + findings.unknown.front());
        }
        return check_exposure(document);
    }));
    context.events.add(event_level::warning, "control",
                       fmt::format("settings of the {} server changed by '{}'", to_string(which), who.username));
    return boost::json::object{{"message", "Saved; restart the " + std::string(to_string(which)) + " server to apply"},
                               {"restart_required", true}};
}

} // namespace mkdb::server::actions
