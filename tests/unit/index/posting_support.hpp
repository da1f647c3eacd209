#pragma once

#include <mkdb/index/detail/posting_block.hpp>
#include <mkdb/index/detail/varint.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb_test {

using positions = std::vector<std::uint32_t>;

/// Few as a rule, sometimes so many that a byte does not count them, sometimes far away.
[[nodiscard]] inline positions random_positions(std::mt19937& random) {
    positions made;
    auto const count = random() % 40 == 0 ? 250 + random() % 20 : 1 + random() % 3;
    std::uint32_t at = random() % 20 == 0 ? 3000000000U : 0;
    for (std::size_t i = 0; i < count; ++i) {
        at += static_cast<std::uint32_t>((made.empty() ? 0 : 1) + random() % (random() % 9 == 0 ? 1000 : 5));
        made.push_back(at);
    }
    return made;
}

[[nodiscard]] inline std::string encoded(positions const& at) {
    std::string bytes;
    std::uint32_t last = 0;
    for (auto const position : at) {
        mkdb::index::detail::put_varint(bytes, position - last);
        last = position;
    }
    return bytes;
}

[[nodiscard]] inline positions decoded(std::string_view bytes) {
    positions all;
    while (!bytes.empty()) {
        all.push_back((all.empty() ? 0 : all.back()) + mkdb::index::detail::take_varint(bytes));
    }
    return all;
}

} // namespace mkdb_test
