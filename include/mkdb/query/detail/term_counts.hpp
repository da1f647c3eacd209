#pragma once

#include <mkdb/index/most_frequency.hpp>
#include <mkdb/query/detail/match_value.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::query::detail {

/// What the score of a field's text rests on.
struct term_counts {
    bool has_text = false;
    std::uint32_t length = 0;           ///< Terms in all strings of the field.
    std::vector<std::uint32_t> of_term; ///< How often each of those asked about is there.
};

/// `terms` are sorted; `field` is null when the record lacks it.
template <class Tokenizer>
[[nodiscard]] term_counts count_terms(boost::json::value const* field, std::vector<std::string> const& terms,
                                      Tokenizer const& tokenizer) {
    term_counts counts;
    counts.of_term.resize(terms.size());
    static_cast<void>(any_string(field, [&](std::string_view text) {
        counts.has_text = true;
        tokenizer.analyze(text, [&](std::string_view term, std::size_t, std::size_t) {
            ++counts.length;
            auto const at = std::ranges::lower_bound(terms, term);
            if (at != terms.end() && *at == term) {
                auto& often = counts.of_term[static_cast<std::size_t>(at - terms.begin())];
                often = std::min<std::uint32_t>(often + 1, index::most_frequency);
            }
        });
        return false;
    }));
    return counts;
}

} // namespace mkdb::query::detail
