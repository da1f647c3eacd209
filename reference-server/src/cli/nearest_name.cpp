#include "cli/nearest_name.hpp"

#include <mkdb/document/utf8.hpp>
#include <mkdb/index/edit_distance.hpp>

#include <algorithm>
#include <cstddef>

namespace mkdb::cli {

std::optional<std::string> nearest_name(std::string_view word, std::vector<std::string> const& names) {
    constexpr std::size_t most_slips = 2;
    auto const meant = document::code_points(word);
    for (std::size_t slips = 0; slips < std::min(most_slips + 1, (meant.size() + 1) / 2); ++slips) {
        auto const found = std::ranges::find_if(names, [&](std::string const& name) {
            return index::within_edits(meant, document::code_points(name), slips);
        });
        if (found != names.end()) {
            return *found;
        }
    }
    return std::nullopt;
}

} // namespace mkdb::cli
