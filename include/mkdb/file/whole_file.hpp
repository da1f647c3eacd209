#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/file/concept.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mkdb::file {

/// The whole content of a small file. Errors: `errc::io`.
template <file_system Files>
[[nodiscard]] result<std::string> read_whole(Files& files, std::filesystem::path const& path) {
    MKDB_TRY_ASSIGN(auto file, files.open(path, open_mode::read_only));
    MKDB_TRY_ASSIGN(auto const size, file.size());
    std::string content(size, '\0');
    MKDB_TRY_ASSIGN(auto const got, file.read_at(0, std::as_writable_bytes(std::span(content))));
    content.resize(got);
    return content;
}

/// Puts `content` under `path` so that a crash leaves the old file or the new one, whole: a temporary file beside it
/// is written, synced and renamed over it, then the directory is synced.
///
/// Errors: `errc::io`, `errc::no_space`; the old content stays.
template <file_system Files>
[[nodiscard]] result<> replace_whole(Files& files, std::filesystem::path const& path, std::string_view content) {
    auto const temporary = std::filesystem::path(path) += ".new";
    MKDB_TRY_ASSIGN(auto const stale, files.exists(temporary));
    if (stale) {
        MKDB_TRY(files.remove(temporary));
    }
    MKDB_TRY_ASSIGN(auto file, files.open(temporary, open_mode::create_new));
    MKDB_TRY(file.write_at(0, as_bytes(content)));
    MKDB_TRY(file.sync());
    MKDB_TRY(file.close());
    MKDB_TRY(files.rename(temporary, path));
    return files.sync_directory(path.parent_path());
}

} // namespace mkdb::file
