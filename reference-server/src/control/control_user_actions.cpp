#include "config/reading.hpp"
#include "control/actions.hpp"
#include "control/user_arguments.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

constexpr std::string_view kind = "control_users";

result<role> role_argument(boost::json::object const& arguments) {
    MKDB_TRY_ASSIGN(auto const name, optional_text(arguments, "role"));
    if (auto const rights = role_named(name.value_or("viewer"))) {
        return *rights;
    }
    return fail(errc::invalid_argument, fmt::format("'role' is '{}', expected viewer, operator or admin", *name));
}

// A change of password, role or existence ends the sessions that began before it.
void finish(control_context& context, std::string_view what, std::string const& username, control_caller const& who) {
    context.sessions.close_user(username);
    context.events.add(event_level::warning, "users",
                       fmt::format("{} control user '{}' by '{}'", what, username, who.username));
}

} // namespace

result<boost::json::value> list_control_users(control_context& context, boost::json::object const&,
                                              control_caller const&) {
    boost::json::array users;
    auto const document = context.config.snapshot();
    for (auto const& [name, section] : section_at(*document, kind)) {
        users.push_back(boost::json::object{{"username", name}, {"role", value_at(section.get_object(), "role")}});
    }
    auto const count = users.size();
    return boost::json::object{{"users", std::move(users)}, {"count", count}};
}

result<boost::json::value> create_control_user(control_context& context, boost::json::object const& arguments,
                                               control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY_ASSIGN(auto const rights, role_argument(arguments));
    MKDB_TRY_ASSIGN(auto const hash, hashed_password_argument(context, arguments));
    MKDB_TRY(context.config.update([&](boost::json::object& document) {
        return add_user_section(document, kind, username,
                                {{"username", username}, {"password_hash", hash}, {"role", to_string(rights)}});
    }));
    finish(context, "created", username, who);
    return success(username);
}

result<boost::json::value> delete_control_user(control_context& context, boost::json::object const& arguments,
                                               control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY(user_section(document, kind, username));
        section_at(document, kind).erase(username);
        return {};
    }));
    finish(context, "deleted", username, who);
    return success(username);
}

result<boost::json::value> set_control_user_password(control_context& context, boost::json::object const& arguments,
                                                     control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY_ASSIGN(auto const hash, hashed_password_argument(context, arguments));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY_ASSIGN(auto* const section, user_section(document, kind, username));
        (*section)["password_hash"] = hash;
        return {};
    }));
    finish(context, "new password of", username, who);
    return success(username);
}

result<boost::json::value> set_control_user_role(control_context& context, boost::json::object const& arguments,
                                                 control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY(text_argument(arguments, "role"));
    MKDB_TRY_ASSIGN(auto const rights, role_argument(arguments));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY_ASSIGN(auto* const section, user_section(document, kind, username));
        (*section)["role"] = to_string(rights);
        return {};
    }));
    finish(context, "new role of", username, who);
    return success(username);
}

} // namespace mkdb::server::actions
