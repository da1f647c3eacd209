#pragma once

#include <cstddef>
#include <string_view>

namespace mkdb::text::detail {

/// A longer word is looked up by its first bytes: no dictionary should hold a line of base64 in full.
inline constexpr std::size_t longest_word_bytes = 128;

/// The first `longest_word_bytes` of a word, never half a character.
[[nodiscard]] constexpr std::string_view cut_word(std::string_view word) noexcept {
    if (word.size() <= longest_word_bytes) {
        return word;
    }
    auto end = longest_word_bytes;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return word.substr(0, end);
}

} // namespace mkdb::text::detail
