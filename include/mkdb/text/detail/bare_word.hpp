#pragma once

#include <mkdb/text/detail/language.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace mkdb::text::detail {

/// Where a word has its first apostrophe, and how many bytes that takes; at its end and none without one.
struct apostrophe {
    std::size_t at;
    std::size_t size;
};

[[nodiscard]] constexpr apostrophe find_apostrophe(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 3> forms{"'", "\u2019", "\uFF07"};
    apostrophe first{word.size(), 0};
    for (auto const form : forms) {
        if (auto const at = word.find(form); at < first.at) {
            first = {at, form.size()};
        }
    }
    return first;
}

/// Whether a language that leaves out vowels joins these letters to the next word. They are ASCII in all of them.
[[nodiscard]] constexpr bool is_elided(std::string_view letters, std::string_view elided) noexcept {
    constexpr std::size_t longest = 7;
    std::array<char, longest> lower{};
    if (letters.size() > lower.size()) {
        return false;
    }
    std::ranges::transform(letters, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return lists(elided, {lower.data(), letters.size()});
}

/// A word of a text without what an apostrophe joins to it in this language; never empty.
[[nodiscard]] constexpr std::string_view bare_word(std::string_view word, language_rules const& rules) noexcept {
    if (rules.elided.empty() && !rules.ends_at_apostrophe) {
        return word;
    }
    auto const mark = find_apostrophe(word);
    auto const before = word.substr(0, mark.at);
    auto const after = word.substr(mark.at + mark.size);
    if (before.empty() || after.empty()) {
        return word;
    }
    if (rules.ends_at_apostrophe) {
        return before;
    }
    return is_elided(before, rules.elided) ? after : word;
}

/// With i and ı for their capitals, which in other languages are one letter.
inline void lower_dotless_i(std::string_view word, std::string& into) {
    constexpr std::string_view dotted = "İ";
    constexpr std::string_view dot_above = "\u0307";
    into.clear();
    while (!word.empty()) {
        if (word.starts_with(dotted)) {
            into += 'i';
            word.remove_prefix(dotted.size());
        } else if (word.front() != 'I') {
            into += word.front();
            word.remove_prefix(1);
        } else {
            word.remove_prefix(1);
            bool const has_dot = word.starts_with(dot_above);
            into += has_dot ? "i" : "ı";
            word.remove_prefix(has_dot ? dot_above.size() : 0);
        }
    }
}

} // namespace mkdb::text::detail
