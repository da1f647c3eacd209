#pragma once

#include "control/arguments.hpp"
#include "control/context.hpp"

/// The store that an action is about.
namespace mkdb::server {

/// `name`, or `store` as some callers say.
[[nodiscard]] inline result<std::string> store_name_argument(boost::json::object const& arguments) {
    return text_argument(arguments, arguments.contains("name")    ? "name"
                                    : arguments.contains("store") ? "store"
                                                                  : "name");
}

[[nodiscard]] inline result<std::shared_ptr<server_store>> store_argument(control_context& context,
                                                                          boost::json::object const& arguments) {
    MKDB_TRY_ASSIGN(auto const name, store_name_argument(arguments));
    auto found = context.database.find_store(name);
    if (!found) {
        return fail(errc::store_not_found, "Store '" + name + "' not found");
    }
    return found;
}

} // namespace mkdb::server
