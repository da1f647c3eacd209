#pragma once

#include <mkdb/document/edit_distance.hpp>
#include <mkdb/document/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::document {

/// The name that `word` was probably meant to be: a slip or two away, a swap of neighbours counting as one, and fewer
/// than half of its letters. Of equals the first. Preconditions: well-formed.
[[nodiscard]] inline std::optional<std::string> nearest_name(std::string_view word,
                                                             std::vector<std::string> const& names) {
    constexpr std::size_t most_slips = 2;
    auto const meant = code_points(word);
    for (std::size_t slips = 0; slips < std::min(most_slips + 1, (meant.size() + 1) / 2); ++slips) {
        auto const found = std::ranges::find_if(
            names, [&](std::string const& name) { return within_edits(meant, code_points(name), slips); });
        if (found != names.end()) {
            return *found;
        }
    }
    return std::nullopt;
}

} // namespace mkdb::document
