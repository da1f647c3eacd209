#pragma once

#include <cstddef>

namespace mkdb::index {

/// The most edits that a fuzzy condition may allow: with three almost any two short words are alike.
inline constexpr unsigned most_edits = 2;

/// How many edits a term of this many characters bears when nobody said: none below three, one below six, then two.
[[nodiscard]] constexpr unsigned usual_edits(std::size_t characters) noexcept {
    return characters < 3 ? 0 : characters < 6 ? 1 : 2;
}

} // namespace mkdb::index
