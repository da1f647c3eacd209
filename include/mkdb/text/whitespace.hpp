#pragma once

#include <mkdb/text/concept.hpp>
#include <mkdb/text/detail/term_size.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace mkdb::text {

/// Terms are what stands between ASCII white space, byte for byte: for codes and tags, where case and points matter.
///
/// Words longer than 128 bytes are looked up by their first 128.
class whitespace {
public:
    static constexpr std::string_view name = "whitespace";

    [[nodiscard]] static std::string format_name() { return "whitespace/1"; }

    template <class OnTerm> void analyze(std::string_view text, OnTerm&& on_term) const {
        constexpr std::string_view blanks = " \t\n\v\f\r";
        for (auto begin = text.find_first_not_of(blanks); begin != std::string_view::npos;) {
            auto const end = std::min(text.find_first_of(blanks, begin), text.size());
            on_term(detail::cut_word(text.substr(begin, end - begin)), begin, end);
            begin = text.find_first_not_of(blanks, end);
        }
    }
};

static_assert(named_tokenizer<whitespace>);

} // namespace mkdb::text
