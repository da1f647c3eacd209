#pragma once

#include <mkdb/index/detail/posting_view.hpp>
#include <mkdb/index/detail/varint.hpp>
#include <mkdb/index/most_frequency.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// Whether bytes that may be anything are postings. They are checked whenever a store opens, all of them: hence the
// short way for what most of them are.
namespace mkdb::index::detail {

/// Whether the rows ascend from `first`. They do not when one would be beyond the last there can be, either.
[[nodiscard]] inline bool rows_ascend(posting_view const& view, std::uint32_t first) noexcept {
    bool ascend = view.row(0) == first;
    auto last = first;
    view.visit(1, UINT64_MAX, [&](std::uint32_t row, std::uint8_t) {
        ascend = ascend && row > last;
        last = row;
    });
    return ascend;
}

/// Whether the bytes begin with the positions of a posting with this frequency, which are removed then. One that comes
/// twice, which nobody writes, harms no reader.
[[nodiscard]] inline bool take_positions(std::string_view& bytes, std::uint8_t frequency) noexcept {
    std::optional<std::uint32_t> count = frequency;
    if (frequency == most_frequency) {
        count = checked_varint(bytes);
    }
    if (!count || *count < frequency || frequency == 0) {
        return false;
    }
    std::uint64_t position = 0;
    for (std::uint32_t i = 0; i < *count; ++i) {
        auto const step = checked_varint(bytes);
        if (!step) {
            return false;
        }
        position += *step;
    }
    return position <= UINT32_MAX;
}

/// Whether `positions` are those of all postings, and nothing else.
[[nodiscard]] inline bool are_positions_of(posting_view const& view, std::string_view positions) noexcept {
    unsigned bits = 0;
    for (char const each : positions) {
        bits |= static_cast<unsigned char>(each);
    }
    std::size_t total = 0;
    bool counted = true;
    bool sound = true;
    view.visit(0, UINT64_MAX, [&](std::uint32_t, std::uint8_t frequency) {
        total += frequency;
        counted = counted && frequency < most_frequency;
        sound = sound && frequency > 0;
    });
    if (counted && bits < 0x80U) {
        return sound && total == positions.size(); // each number is one byte
    }
    view.visit(0, UINT64_MAX,
               [&](std::uint32_t, std::uint8_t frequency) { sound = sound && take_positions(positions, frequency); });
    return sound && positions.empty();
}

} // namespace mkdb::index::detail
