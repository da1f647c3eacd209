#include "config/reading.hpp"
#include "control/actions.hpp"
#include "control/user_arguments.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

void audit(control_context& context, std::string_view what, std::string const& username, control_caller const& who) {
    context.events.add(event_level::info, "users",
                       fmt::format("{} data user '{}' by '{}'", what, username, who.username));
}

} // namespace

result<boost::json::value> list_users(control_context& context, boost::json::object const&, control_caller const&) {
    boost::json::array users;
    auto const document = context.config.snapshot();
    for (auto const& [name, section] : section_at(*document, "users")) {
        users.push_back(boost::json::object{{"username", name}, {"stores", value_at(section.get_object(), "stores")}});
    }
    auto const count = users.size();
    return boost::json::object{{"users", std::move(users)}, {"count", count}};
}

result<boost::json::value> create_user(control_context& context, boost::json::object const& arguments,
                                       control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY_ASSIGN(auto const hash, hashed_password_argument(context, arguments));
    boost::json::object stores;
    if (auto const* const given = arguments.if_contains("stores"); given != nullptr && given->is_object()) {
        stores = given->get_object();
    }
    MKDB_TRY(context.config.update([&](boost::json::object& document) {
        return add_user_section(document, "users", username,
                                {{"username", username}, {"password_hash", hash}, {"stores", stores}});
    }));
    audit(context, "created", username, who);
    return success(username);
}

result<boost::json::value> delete_user(control_context& context, boost::json::object const& arguments,
                                       control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY(user_section(document, "users", username));
        section_at(document, "users").erase(username);
        return {};
    }));
    audit(context, "deleted", username, who);
    auto const document = context.config.snapshot();
    if (section_at(*document, "users").empty() && !bool_at(*document, "data_security.disable_default_password")) {
        context.events.add(event_level::warning, "users",
                           "there are no data users any more: clients write with the default password again, until "
                           "there are, or data_security.disable_default_password is set");
    }
    return success(username);
}

result<boost::json::value> set_user_password(control_context& context, boost::json::object const& arguments,
                                             control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY_ASSIGN(auto const hash, hashed_password_argument(context, arguments));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY_ASSIGN(auto* const section, user_section(document, "users", username));
        (*section)["password_hash"] = hash;
        return {};
    }));
    audit(context, "new password of", username, who);
    return success(username);
}

result<boost::json::value> set_user_store_access(control_context& context, boost::json::object const& arguments,
                                                 control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY_ASSIGN(auto const store, text_argument(arguments, "store"));
    MKDB_TRY_ASSIGN(auto const read, flag_argument(arguments, "read", true));
    MKDB_TRY_ASSIGN(auto const write, flag_argument(arguments, "write", false));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY_ASSIGN(auto* const section, user_section(document, "users", username));
        section_at(*section, "stores")[store] = boost::json::object{{"read", read}, {"write", write}};
        return {};
    }));
    audit(context, "rights changed of", username, who);
    return success(username);
}

result<boost::json::value> remove_user_store_access(control_context& context, boost::json::object const& arguments,
                                                    control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const username, username_argument(arguments));
    MKDB_TRY_ASSIGN(auto const store, text_argument(arguments, "store"));
    MKDB_TRY(context.config.update([&](boost::json::object& document) -> result<> {
        MKDB_TRY_ASSIGN(auto* const section, user_section(document, "users", username));
        section_at(*section, "stores").erase(store);
        return {};
    }));
    audit(context, "rights removed of", username, who);
    return success(username);
}

} // namespace mkdb::server::actions
