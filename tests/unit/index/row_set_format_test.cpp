#include <mkdb/index/detail/row_set_format.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using mkdb::byte_reader;
using mkdb::byte_writer;
using mkdb::index::row_set;
using mkdb::index::detail::read_rows;
using mkdb::index::detail::write_rows;

/// As docs/formats/checkpoint.md has it, from a list of all.
std::string expected_bytes(std::vector<std::uint32_t> const& rows) {
    std::vector<std::uint32_t> runs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i == 0 || rows[i] != rows[i - 1] + 1) {
            runs.insert(runs.end(), {rows[i], rows[i]});
        }
        runs.back() = rows[i];
    }
    bool const in_runs = runs.size() < rows.size();
    byte_writer to;
    to.put(static_cast<std::uint32_t>(in_runs ? runs.size() / 2 | 0x80000000U : rows.size()));
    for (auto const each : in_runs ? runs : rows) {
        to.put(each);
    }
    return std::move(to).take();
}

template <class Rows>
std::string written(Rows const& rows) {
    byte_writer to;
    write_rows(to, rows);
    return std::move(to).take();
}

/// Rows with runs of this length on the average, more of them than are read at once.
std::vector<std::uint32_t> some_rows(std::mt19937& random, std::size_t count, unsigned run) {
    std::vector<std::uint32_t> rows;
    auto const below = [&](unsigned end) { return static_cast<std::uint32_t>(random() % end); };
    for (auto row = below(2) * 3; rows.size() < count; ++row) {
        row += below(run) == 0 ? 1 + below(100) : 0;
        rows.push_back(row);
    }
    return rows;
}

TEST(RowSetFormat, IsTheSameForListsAndSetsAndIsReadBack) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    for (std::size_t const count : {0, 1, 2, 3, 100, 16'383, 16'384, 16'385, 100'000}) {
        for (unsigned const run : {1, 2, 3, 50, 100'000}) {
            auto const rows = some_rows(random, count, run);
            row_set const set(rows.size(), rows.data());
            auto const bytes = expected_bytes(rows);
            ASSERT_EQ(written(std::span(rows)), bytes) << count << " rows, runs of " << run;
            ASSERT_EQ(written(set), bytes);
            byte_reader from(bytes);
            ASSERT_EQ(read_rows(from, set), set);
            EXPECT_TRUE(from.at_end());
            if (count > 0) {
                byte_reader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
                EXPECT_FALSE(read_rows(cut, set));
                auto others = set;
                others.remove(rows[random() % count]);
                byte_reader strange(bytes);
                EXPECT_FALSE(read_rows(strange, others));
            }
        }
    }
}

/// Also where one part that is read at once ends and the next begins.
TEST(RowSetFormat, RefusesWhatDoesNotAscend) {
    for (bool const runs : {false, true}) {
        auto const rows = [&] {
            std::vector<std::uint32_t> made;
            for (std::uint32_t i = 0; i < 40'000; ++i) {
                made.push_back(runs ? i / 3 * 7 + i % 3 : i * 2);
            }
            return made;
        }();
        row_set all;
        all.addRange(0, 200'000);
        for (std::size_t const at : {1, 5, 16'383, 16'384, 16'385, 20'000}) {
            auto bytes = written(std::span(rows));
            auto const from_first = 4 + at * 4;
            bytes.replace(from_first, 4, bytes.substr(from_first - 4, 4));
            if (runs && at % 2 == 1) {
                continue; // A run of one row.
            }
            byte_reader from(bytes);
            EXPECT_FALSE(read_rows(from, all)) << at << (runs ? " of runs" : "");
        }
    }
}

TEST(RowSetFormat, BelievesNoCount) {
    for (std::uint32_t const count : {1U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
        byte_writer to;
        to.put(count);
        auto const bytes = std::move(to).take();
        byte_reader from(bytes);
        EXPECT_FALSE(read_rows(from, row_set()));
    }
}

} // namespace
