#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/log/file_names.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

/// What the names in a log's directory tell, without opening the log.
namespace mkdb::storage::detail {

[[nodiscard]] inline bool is_of_records(std::string_view name) {
    return name.starts_with("segment-") || name.starts_with("parity-");
}

/// Any of its files tells: a log that lost some of them is damaged, not absent. Errors: `io`.
template <class Files>
[[nodiscard]] result<bool> has_log(Files& files, std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(bool const there, files.exists(directory));
    if (!there) {
        return false;
    }
    MKDB_TRY_ASSIGN(auto const names, files.list(directory));
    return std::ranges::any_of(names, [](std::string const& name) {
        return name == log::names::current || log::names::is_manifest(name) || is_of_records(name);
    });
}

/// A log gets its first segment with its first record. One that was set aside counts; what else was, such as the
/// manifest of a making that failed, does not. Errors: `io`.
template <class Files>
[[nodiscard]] result<bool> has_segments(Files& files, std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(auto names, files.list(directory));
    if (std::ranges::find(names, log::names::quarantine) != names.end()) {
        MKDB_TRY_ASSIGN(auto const aside, files.list(directory / log::names::quarantine));
        names.insert(names.end(), aside.begin(), aside.end());
    }
    return std::ranges::any_of(names, is_of_records);
}

} // namespace mkdb::storage::detail
