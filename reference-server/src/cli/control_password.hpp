#pragma once

#include "cli/target.hpp"

#include <string>

namespace mkdb::cli {

/// The password of `login` at a control plane: of the address, of MKDB_PASSWORD, or asked for on the terminal.
/// Errors: `errc::unauthenticated` when there is none of them.
[[nodiscard]] result<std::string> control_password(server_address const& where, std::string const& login);

} // namespace mkdb::cli
