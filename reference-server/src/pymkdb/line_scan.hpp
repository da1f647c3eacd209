#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/file/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mkdb::pymkdb {

/// A line of a file and where it lies.
struct scanned_line {
    std::uint64_t number = 0; ///< From 1.
    std::uint64_t offset = 0;
    std::uint64_t size = 0; ///< With its line feed, which only the last line of a file may lack.
    std::string_view text;  ///< Without it. Empty when too long.
    bool too_long = false;
};

/// Calls `visit(line)`, a `result<>`, for every line of a file; one over `limit` bytes is skipped without being held.
/// Errors: those of the file and of `visit`, which end the scan.
template <file::random_access_file File, class Visit>
[[nodiscard]] result<> scan_lines(File const& file, std::size_t limit, Visit&& visit) {
    constexpr std::size_t piece = 1024 * 1024;
    std::string held; // From the start of the line in hand; only its length counts once it is too long.
    scanned_line line{.number = 1, .offset = 0, .size = 0, .text = {}, .too_long = false};
    std::string buffer(piece, '\0');
    auto const finish = [&](bool ended) -> result<> {
        line.text = line.too_long ? std::string_view() : std::string_view(held);
        line.size += ended ? 1 : 0;
        MKDB_TRY(visit(line));
        held.clear();
        line = {.number = line.number + 1, .offset = line.offset + line.size, .size = 0, .text = {}, .too_long = false};
        return {};
    };
    for (std::uint64_t at = 0;;) {
        MKDB_TRY_ASSIGN(auto const got, file.read_at(at, std::as_writable_bytes(std::span(buffer))));
        at += got;
        for (auto rest = std::string_view(buffer).substr(0, got); !rest.empty();) {
            auto const end = rest.find('\n');
            auto const part = rest.substr(0, end);
            line.size += part.size();
            line.too_long = line.too_long || line.size > limit;
            line.too_long ? held.clear() : static_cast<void>(held.append(part));
            rest.remove_prefix(std::min(rest.size(), part.size() + 1));
            if (end != std::string_view::npos) {
                MKDB_TRY(finish(true));
            }
        }
        if (got == 0) {
            return line.size > 0 ? finish(false) : result<>();
        }
    }
}

} // namespace mkdb::pymkdb
