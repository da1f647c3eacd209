#pragma once

#include <mkdb/log/batch_format.hpp>
#include <mkdb/log/segment_format.hpp>
#include <mkdb/log/window.hpp>

#include <algorithm>
#include <optional>

namespace mkdb::log {

/// A stretch of a segment, as its checksums show it.
struct stretch {
    enum class state {
        whole,      ///< A batch as it was written.
        damaged,    ///< A batch whose header is right and whose body is not, or is cut off.
        unreadable, ///< Bytes before the next readable batch header, or the end.
    };
    state condition = state::unreadable;
    std::uint64_t offset = 0;
    std::uint64_t end = 0;
    batch_header header{}; ///< Meaningful unless `unreadable`.
};

namespace detail {

/// The first offset in [from, end) where a batch header belongs; `end` if there is none.
template <class File>
[[nodiscard]] result<std::uint64_t> find_batch(window<File>& source, place const& where, std::uint64_t from,
                                               std::uint64_t end) {
    constexpr std::uint64_t step = 64 * kibibyte;
    for (auto base = from; base < end; base += step) {
        MKDB_TRY_ASSIGN(auto const bytes, source.bytes(base, step + sizeof(batch_header)));
        for (std::uint64_t at = 0; at < step && at + sizeof(batch_header) <= bytes.size(); at += alignment) {
            if (decode_batch_header(bytes.subspan(at), where, base + at)) {
                return base + at;
            }
        }
    }
    return end;
}

template <class File>
[[nodiscard]] result<bool> all_zero(window<File>& source, std::uint64_t from, std::uint64_t end) {
    constexpr std::uint64_t step = 64 * kibibyte;
    for (; from < end; from += step) {
        MKDB_TRY_ASSIGN(auto const bytes, source.bytes(from, std::min(step, end - from)));
        if (!std::ranges::all_of(bytes, [](std::byte each) { return each == std::byte{0}; })) {
            return false;
        }
    }
    return true;
}

} // namespace detail

/// Calls `visit(stretch, bytes)` for every stretch of [from, end) in order; `bytes` are a batch's body as far as it is
/// there, and empty for an unreadable stretch. Ends at a footer, and at zeros that last to the end: reserved space.
/// A damaged header hides no batch behind it: headers are found again by their checksum, which covers their place.
/// Returns where it ended. Errors: `io`, and what `visit` returns.
template <class File, class Visit>
[[nodiscard]] result<std::uint64_t> scan(window<File>& source, place const& where, std::uint64_t from,
                                         std::uint64_t end, Visit&& visit) {
    while (from < end) {
        MKDB_TRY_ASSIGN(auto const head, source.bytes(from, sizeof(segment_footer)));
        stretch next;
        next.offset = from;
        if (auto const header = decode_batch_header(head, where, from)) {
            MKDB_TRY_ASSIGN(auto const body, source.bytes(from + sizeof *header, header->body_length));
            bool const whole =
                body.size() == header->body_length && body_digest(body, where, from) == header->body_digest;
            next.header = *header;
            next.condition = whole ? stretch::state::whole : stretch::state::damaged;
            next.end = std::min(end, from + sizeof *header + header->body_length);
            MKDB_TRY(visit(next, body));
        } else {
            if (decode_footer(head, where, from)) {
                return from;
            }
            MKDB_TRY_ASSIGN(next.end, detail::find_batch(source, where, from + alignment, end));
            MKDB_TRY_ASSIGN(auto const clean_end,
                            next.end == end ? detail::all_zero(source, from, end) : result<bool>(false));
            if (clean_end) {
                return from;
            }
            MKDB_TRY(visit(next, std::span<std::byte const>{}));
        }
        from = next.end;
    }
    return from;
}

} // namespace mkdb::log
