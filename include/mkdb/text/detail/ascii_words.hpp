#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mkdb::text::detail {

/// How Unicode's word boundaries (UAX #29) see the ASCII characters.
enum class ascii_class : std::uint8_t {
    other,
    letter,
    digit,
    connector,   ///< _ belongs to the word on either side.
    joins_any,   ///< . and ' join two letters or two digits.
    joins_digits ///< , and ; join two digits.
};

inline constexpr auto ascii_classes = [] {
    std::array<ascii_class, 128> classes{};
    for (char c = 'a'; c <= 'z'; ++c) {
        classes[static_cast<std::size_t>(c)] = ascii_class::letter;
        classes[static_cast<std::size_t>(c - 'a' + 'A')] = ascii_class::letter;
    }
    for (char c = '0'; c <= '9'; ++c) {
        classes[static_cast<std::size_t>(c)] = ascii_class::digit;
    }
    classes['_'] = ascii_class::connector;
    classes['.'] = classes['\''] = ascii_class::joins_any;
    classes[','] = classes[';'] = ascii_class::joins_digits;
    return classes;
}();

[[nodiscard]] constexpr ascii_class class_of(char c) noexcept {
    return ascii_classes[static_cast<unsigned char>(c)];
}

[[nodiscard]] constexpr bool is_word_class(ascii_class c) noexcept {
    return c == ascii_class::letter || c == ascii_class::digit || c == ascii_class::connector;
}

/// Where the word that begins at `at` ends. Preconditions: `text` is ASCII and `text[at]` is of a word.
[[nodiscard]] constexpr std::size_t end_of_ascii_word(std::string_view text, std::size_t at) noexcept {
    auto before = class_of(text[at]);
    for (++at; at < text.size(); ++at) {
        auto const here = class_of(text[at]);
        if (is_word_class(here)) {
            before = here;
            continue;
        }
        auto const joins =
            (before == ascii_class::letter && here == ascii_class::joins_any) ||
            (before == ascii_class::digit && (here == ascii_class::joins_any || here == ascii_class::joins_digits));
        if (!joins || at + 1 == text.size() || class_of(text[at + 1]) != before) {
            break;
        }
    }
    return at;
}

/// Calls `visit(begin, end)` for each word of ASCII text, exactly where ICU would.
template <class Visit> constexpr void for_each_ascii_word(std::string_view text, Visit&& visit) {
    for (std::size_t at = 0; at < text.size();) {
        if (!is_word_class(class_of(text[at]))) {
            ++at;
            continue;
        }
        auto const end = end_of_ascii_word(text, at);
        visit(at, end);
        at = end;
    }
}

} // namespace mkdb::text::detail
