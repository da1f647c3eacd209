#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/live_bytes.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using mkdb::engine::directory;
using mkdb::engine::live_bytes;

TEST(LiveBytes, CountBySegment) {
    live_bytes bytes;
    bytes.add({1, 0, 10});
    bytes.add({1, 10, 5});
    bytes.add({2, 0, 7});
    bytes.remove({1, 0, 10});
    EXPECT_EQ(bytes.of(1), 5U);
    EXPECT_EQ(bytes.of(2), 7U);
    EXPECT_EQ(bytes.of(3), 0U);
    EXPECT_EQ(bytes.total(), 12U);
}

TEST(LiveBytes, LeaveOutWhatIsNotInTheLogYet) {
    live_bytes bytes;
    bytes.add({});
    bytes.remove({});
    EXPECT_EQ(bytes.total(), 0U);
}

TEST(LiveBytes, OfADirectoryAreThoseOfItsVersionsAfterAnyChanges) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    directory rows(3);
    for (std::uint64_t step = 1; step < 5000; ++step) {
        auto const id = "id" + std::to_string(random() % 50);
        mkdb::storage::location const where{static_cast<std::uint32_t>(random() % 5), static_cast<std::uint32_t>(step),
                                            static_cast<std::uint32_t>(8 * (1 + random() % 9))};
        if (auto const row = rows.find(id); row && random() % 3 == 0) {
            rows.erase(*row);
        } else if (row) {
            rows.update(*row, {step, step, where});
        } else {
            rows.insert(id, {step, step, where});
        }
    }
    std::map<std::uint32_t, std::uint64_t> expected;
    for (auto const row : rows.live()) {
        expected[rows.at(row).where.segment] += rows.at(row).where.length;
    }
    for (std::uint32_t segment = 1; segment < 5; ++segment) {
        EXPECT_EQ(rows.occupied().of(segment), expected[segment]);
    }
}

} // namespace
