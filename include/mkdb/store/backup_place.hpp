#pragma once

#include <mkdb/core/result.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace mkdb {

/// A path with its symbolic links followed as far as it exists: two names of one place become equal.
[[nodiscard]] inline std::filesystem::path resolved_path(std::filesystem::path const& path) {
    std::error_code failed;
    auto const absolute = std::filesystem::absolute(path, failed);
    auto const resolved = std::filesystem::weakly_canonical(failed ? path : absolute, failed);
    auto const plain = failed ? absolute.lexically_normal() : resolved;
    return plain.has_filename() || !plain.has_parent_path() ? plain : plain.parent_path();
}

/// Whether `inner` is `outer` or lies below it; symbolic links are followed.
[[nodiscard]] inline bool lies_within(std::filesystem::path const& inner, std::filesystem::path const& outer) {
    auto const below = resolved_path(inner);
    auto const above = resolved_path(outer);
    return std::mismatch(above.begin(), above.end(), below.begin(), below.end()).first == above.end();
}

/// Refuses a directory of backups where the database in `owner` keeps files of its own: its directory itself, and what
/// is in `stores`. Beside `stores` it may lie, as a server's does by default. Errors: `invalid_argument`.
[[nodiscard]] inline result<> check_backup_place(std::filesystem::path const& owner,
                                                 std::filesystem::path const& backups) {
    if (lies_within(owner, backups) && lies_within(backups, owner)) {
        return fail(errc::invalid_argument,
                    backups.string() + " is the database's own directory: name another one for its backups");
    }
    if (lies_within(backups, owner / "stores")) {
        return fail(errc::invalid_argument, backups.string() + " lies among the stores of the database in " +
                                                owner.string() + ": name a place outside it for its backups");
    }
    return {};
}

} // namespace mkdb
