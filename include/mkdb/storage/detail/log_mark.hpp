#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/storage/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Byte by byte in docs/formats/checkpoint.md.
namespace mkdb::storage::detail {

inline constexpr std::string_view mark_format = "rolling_log/1";

/// A mark at the end of a log of sealed segments; an empty one when a segment is still open. Pure.
[[nodiscard]] inline log_mark mark_of(log::uuid const& log_id, log::manifest_state const& now) {
    log_mark made;
    byte_writer to;
    to.put_text(mark_format);
    to.put_bytes(as_text(log_id));
    to.put(static_cast<std::uint32_t>(now.segments().size()));
    for (auto const& [number, entry] : now.segments()) {
        if (!entry.sealed) {
            return {};
        }
        made.segments.push_back(number);
        to.put(number);
        to.put_bytes(as_text(entry.id));
        to.put(entry.length);
        to.put(entry.digest[0]);
        to.put(entry.digest[1]);
        to.put(entry.counts.last_sequence);
    }
    made.bytes = std::move(to).take();
    return made;
}

/// The segments that a log has beyond those of the mark; nothing when one of those is gone or another. Pure.
[[nodiscard]] inline std::optional<std::vector<log::segment_entry>>
segments_after(log_mark const& mark, log::uuid const& log_id, std::span<log::segment_entry const> present) {
    byte_reader from(mark.bytes);
    bool const same_log = from.text() == mark_format && from.bytes(log_id.size()) == as_text(log_id);
    auto const count = from.get<std::uint32_t>();
    if (!same_log || count != mark.segments.size()) {
        return std::nullopt;
    }
    std::vector<log::segment_entry> later(present.begin(), present.end());
    for (auto const number : mark.segments) {
        auto const found = std::ranges::find(later, number, &log::segment_entry::number);
        bool const here = found != later.end() && found->sealed && from.get<std::uint32_t>() == number &&
                          from.bytes(found->id.size()) == as_text(found->id) &&
                          from.get<std::uint64_t>() == found->length &&
                          from.get<std::uint64_t>() == found->digest[0] &&
                          from.get<std::uint64_t>() == found->digest[1] &&
                          from.get<std::uint64_t>() == found->counts.last_sequence;
        if (!here) {
            return std::nullopt;
        }
        later.erase(found);
    }
    return from.at_end() ? std::optional(std::move(later)) : std::nullopt;
}

} // namespace mkdb::storage::detail
