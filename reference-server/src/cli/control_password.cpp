#include "cli/control_password.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

namespace mkdb::cli {

result<std::string> control_password(server_address const& where, std::string const& login) {
    if (where.password) {
        return *where.password;
    }
    if (auto const given = environment_variable("MKDB_PASSWORD")) {
        return *given;
    }
    auto asked = ask_secret(fmt::format("Password of {} at {}", login, where.shown()));
    return asked ? result<std::string>(*std::move(asked))
                 : fail(errc::unauthenticated,
                        fmt::format("the control plane needs the password of '{}': put it into MKDB_PASSWORD", login));
}

} // namespace mkdb::cli
