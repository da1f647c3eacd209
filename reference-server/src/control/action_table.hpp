#pragma once

#include "auth/role.hpp"

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string_view>

namespace mkdb::server {

struct control_context;
struct control_caller;

/// One action of the control plane: checks its arguments, does it, and says what came of it.
using action_function = result<boost::json::value> (*)(control_context&, boost::json::object const& arguments,
                                                       control_caller const&);

struct action_row {
    std::string_view name;
    role required;
    action_function run;
};

/// Every action that there is.
[[nodiscard]] std::span<action_row const> action_table() noexcept;

[[nodiscard]] action_row const* find_action(std::string_view name) noexcept;

/// Whether `rights` suffice for an action. One that is not listed needs the highest role, so that a refusal does not
/// tell which names exist.
[[nodiscard]] result<> check_role(std::string_view action, role rights);

} // namespace mkdb::server
