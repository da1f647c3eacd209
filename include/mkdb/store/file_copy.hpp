#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/file/concept.hpp>
#include <mkdb/log/digest.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mkdb {

/// Hears how many bytes more were copied; an error ends the copying.
using copy_progress = std::function<result<>(std::uint64_t bytes)>;

struct copied_file {
    std::uint64_t size = 0;
    log::segment_digest digest{};       ///< Of all its bytes.
    log::segment_digest first_digest{}; ///< Of the first ones, as many as were asked for.
};

/// Copies an open file to a new one, which is synced; its name is not. It is the bytes that were read that are summed.
/// Errors: `io`, `no_space`; what `progress` gives.
template <class Files, class File>
[[nodiscard]] result<copied_file> copy_file(Files& files, File const& from, std::filesystem::path const& to,
                                            std::uint64_t first_bytes, copy_progress const& progress) {
    MKDB_TRY_ASSIGN(auto made, files.open(to, file::open_mode::create_new));
    log::digest_stream all;
    log::digest_stream first;
    copied_file copied;
    std::vector<std::byte> buffer(mebibyte);
    for (;;) {
        MKDB_TRY_ASSIGN(auto const got, from.read_at(copied.size, buffer));
        if (got == 0) {
            break;
        }
        auto const piece = std::span<std::byte const>(buffer).first(got);
        MKDB_TRY(made.write_at(copied.size, piece));
        all.add(piece);
        first.add(piece.first(std::min<std::uint64_t>(got, first_bytes - std::min(first_bytes, copied.size))));
        copied.size += got;
        if (progress) {
            MKDB_TRY(progress(got));
        }
    }
    MKDB_TRY(made.sync());
    MKDB_TRY(made.close());
    copied.digest = all.value();
    copied.first_digest = first.value();
    return copied;
}

/// Writes a new file of this content and syncs it. Errors: `io`, `no_space`.
template <class Files>
[[nodiscard]] result<> write_new_file(Files& files, std::filesystem::path const& path, std::string_view content) {
    MKDB_TRY_ASSIGN(auto made, files.open(path, file::open_mode::create_new));
    MKDB_TRY(made.write_at(0, as_bytes(content)));
    MKDB_TRY(made.sync());
    return made.close();
}

} // namespace mkdb
