#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mkdb::server {

/// What a user of the control plane may do; each includes those before it.
enum class role : std::uint8_t { viewer, operator_, admin };

[[nodiscard]] constexpr std::string_view to_string(role rights) noexcept {
    switch (rights) {
    case role::viewer:
        return "viewer";
    case role::operator_:
        return "operator";
    case role::admin:
        return "admin";
    }
    return "viewer";
}

[[nodiscard]] constexpr std::optional<role> role_named(std::string_view name) noexcept {
    for (auto const rights : {role::viewer, role::operator_, role::admin}) {
        if (to_string(rights) == name) {
            return rights;
        }
    }
    return std::nullopt;
}

} // namespace mkdb::server
