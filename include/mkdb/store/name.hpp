#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace mkdb {

/// Where archived stores go; no store can have this name.
inline constexpr std::string_view archive_directory = "__archived__";

/// Whether a store may have this name: it becomes a directory's. Letters, digits, `_`, `-`, and `.` inside.
///
/// Errors: `errc::invalid_argument` with the rule.
[[nodiscard]] inline result<> check_store_name(std::string_view name) {
    auto const allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    };
    bool const valid = !name.empty() && name.size() <= limits::store_name_bytes && std::ranges::all_of(name, allowed) &&
                       name.front() != '.' && name.back() != '.' && name != archive_directory;
    if (!valid) {
        return fail(errc::invalid_argument, "A store's name has 1 to " + std::to_string(limits::store_name_bytes) +
                                                " letters, digits, '_', '-' and inner '.', and is not '" +
                                                std::string(archive_directory) + "'");
    }
    return {};
}

} // namespace mkdb
