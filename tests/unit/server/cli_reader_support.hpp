#pragma once

#include "cli/record_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::cli::test {

/// An input that hands out `text` in pieces of `piece` bytes, so that every boundary falls everywhere.
inline text_input input_of(std::string text, std::size_t piece) {
    return text_input(
        [text = std::move(text), piece, at = std::size_t{0}](std::span<char> into) mutable -> result<std::size_t> {
            auto const bytes = std::min({piece, into.size(), text.size() - at});
            text.copy(into.data(), bytes, at);
            at += bytes;
            return bytes;
        },
        {}, 16);
}

/// Everything that a reader finds, one string a finding: `LINE TEXT` of a record, `LINE !REASON` of what is refused,
/// and `error REASON` when it gives up.
inline std::vector<std::string> all_of(record_reader& reader) {
    std::vector<std::string> found;
    for (;;) {
        auto const next = reader.next();
        if (!next) {
            found.push_back("error " + next.error().message);
            return found;
        }
        if (auto const* const record = std::get_if<raw_record>(&*next)) {
            found.push_back(std::to_string(record->line) + " " + std::string(record->text));
        } else if (auto const* const refused = std::get_if<refused_line>(&*next)) {
            found.push_back(std::to_string(refused->line) + " !" + refused->reason);
        } else {
            return found;
        }
    }
}

inline constexpr std::size_t pieces[] = {1, 2, 3, 7, 1000};

} // namespace mkdb::cli::test
