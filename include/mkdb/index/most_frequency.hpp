#pragma once

#include <cstdint>

namespace mkdb::index {

/// How often a term counts in one text at most: postings keep a frequency in a byte.
inline constexpr std::uint8_t most_frequency = 255;

} // namespace mkdb::index
