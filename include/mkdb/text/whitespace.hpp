#pragma once

#include <mkdb/text/concept.hpp>
#include <mkdb/text/detail/term_size.hpp>

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

    template <class OnTerm>
    void analyze(std::string_view text, OnTerm&& on_term) const {
        auto const past = [&](std::size_t at, bool blank) {
            while (at < text.size() && is_blank(text[at]) == blank) {
                ++at;
            }
            return at;
        };
        for (auto begin = past(0, true); begin < text.size();) {
            auto const end = past(begin, false);
            on_term(detail::cut_word(text.substr(begin, end - begin)), begin, end);
            begin = past(end, true);
        }
    }

private:
    /// Blank, and from tab to carriage return.
    [[nodiscard]] static constexpr bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
};

static_assert(named_tokenizer<whitespace>);

} // namespace mkdb::text
