#include <mkdb/index/detail/text_format.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace {

using mkdb::byte_writer;
using mkdb::index::row_set;

/// The bytes of one term that rows have so often.
std::string term_of(std::map<std::uint32_t, std::uint32_t> const& counts) {
    std::string records;
    std::string steps;
    auto const first = counts.begin()->first;
    for (auto const& [row, count] : counts) {
        auto const distance = row - first;
        records += {static_cast<char>(distance), static_cast<char>(distance >> 8U),
                    static_cast<char>(std::min<std::uint32_t>(count, mkdb::index::most_frequency))};
        if (count >= mkdb::index::most_frequency) {
            mkdb::index::detail::put_varint(steps, count);
        }
        steps.append(count, '\1');
    }
    byte_writer to;
    to.put(std::uint64_t{1});
    to.put_text("a");
    to.put(std::uint32_t{1});
    to.put(first);
    to.put(static_cast<std::uint8_t>(counts.size()));
    to.put(std::uint8_t{0});
    to.put_text(records + steps);
    return std::move(to).take();
}

/// How many postings are read of a term whose rows have it so often, by texts of these lengths.
std::optional<std::uint64_t> loaded(std::map<std::uint32_t, std::uint32_t> const& counts,
                                    std::map<std::uint32_t, std::uint32_t> const& of_texts) {
    row_set texts;
    mkdb::index::detail::row_lengths lengths;
    for (auto const& [row, length] : of_texts) {
        texts.add(row);
        lengths.set(row, length);
    }
    auto const bytes = term_of(counts);
    mkdb::byte_reader from(bytes);
    mkdb::index::detail::term_dictionary terms(1);
    return mkdb::index::detail::load_terms(from, texts, lengths, terms);
}

TEST(TextFormat, CountsTheTermsOfEachText) {
    EXPECT_EQ(loaded({{1, 2}, {7, 300}}, {{1, 2}, {7, 300}}), 2U);
    EXPECT_EQ(loaded({{1, 2}, {7, 300}}, {{1, 2}, {5, 0}, {7, 300}}), 2U);
    EXPECT_EQ(loaded({{1, 2}, {7, 300}}, {{1, 2}, {7, 299}}), std::nullopt);
    EXPECT_EQ(loaded({{1, 2}, {7, 300}}, {{1, 3}, {7, 299}}), std::nullopt);
    EXPECT_EQ(loaded({{1, 2}}, {{1, 2}, {7, 300}}), std::nullopt);
    EXPECT_EQ(loaded({{1, 2}, {7, 300}}, {{1, 2}}), std::nullopt);
    EXPECT_EQ(loaded({{1, 2}, {5, 3}}, {{1, 2}, {7, 3}}), std::nullopt);
}

/// Whoever chooses the bytes can make the sums right, so no text may be made up by that.
TEST(TextFormat, HasNoPostingsOfRowsWithoutTextThoughTheSumsAreRight) {
    constexpr std::array<int, 6> too_long{159, -61, 256, -198, -126, 9}; // These and a count of 160 weigh the same.
    std::map<std::uint32_t, std::uint32_t> counts{{5000, 160}, {6000, 1}};
    std::map<std::uint32_t, std::uint32_t> texts{{6000, 1}};
    for (std::uint32_t row = 0; row < too_long.size(); ++row) {
        counts[row] = 300;
        texts[row] = static_cast<std::uint32_t>(300 + too_long[row]);
    }
    EXPECT_EQ(loaded(counts, texts), std::nullopt);
}

} // namespace
