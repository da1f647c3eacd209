#include "support/parity_log.hpp"

#include <mkdb/parity/none.hpp>

#include <gtest/gtest.h>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

TEST(ParityOptions, ThatMakeNoSenseAreRefusedBeforeAnythingIsMade) {
    for (auto const& [blocks, bytes] : {std::pair(129U, 4096U), std::pair(10U, 100U), std::pair(10U, 32U),
                                        std::pair(10U, 0U), std::pair(10U, 1U << 21U)}) {
        parity_machine machine{{}, {}, mkdb::random::seeded(1)};
        EXPECT_EQ(open_protected(machine, small_parity(blocks, bytes)).error().code, errc::invalid_argument);
        EXPECT_TRUE(machine.files.list("/").value().empty());
    }
}

TEST(ParityOptions, NoBlocksOrNoCodecMeansNoParity) {
    auto const unprotected = small_parity(0);
    auto const files = protected_log(unprotected);
    EXPECT_FALSE(files.contains(parity_name(1)));
    memory_environment machine;
    auto backend = open_log(machine, 1024).value();
    for (std::uint64_t at = 1; at < 40; at += 4) {
        append_numbered(backend, at, 4).value();
    }
    EXPECT_EQ(backend.protect_step().value(), 0U);
    backend.close().value();
    auto const now = backend.statistics();
    EXPECT_EQ(now.unprotected_bytes, now.bytes);
    EXPECT_EQ(now.parity_bytes, 0U);
    EXPECT_FALSE(machine.files.exists(parity_name(1)).value());
}

TEST(ParityOptions, MayChangeAndFilesOfAnotherShapeAreStillUsed) {
    auto const files = protected_log(small_parity(5));
    auto damaged = files;
    damaged[segment_name(1)][300] ^= 1;
    damaged[segment_name(1)][400] ^= 1;
    damaged[segment_name(1)][500] ^= 1;
    auto const found = reopen(damaged, small_parity(1, 256));
    EXPECT_EQ(found.delivered.size(), numbered_records);
    EXPECT_EQ(found.files, files);
    EXPECT_EQ(found.statistics.unprotected_bytes, 0U);
}

TEST(ParityOptions, ParityThatWasMadeBeforeHealsAlsoWhenNoneIsMadeAnyMore) {
    auto const files = protected_log();
    auto damaged = files;
    damaged[segment_name(1)][300] ^= 1;
    auto const found = reopen(damaged, small_parity(0));
    EXPECT_EQ(found.delivered.size(), numbered_records);
    EXPECT_EQ(found.files, files);
}

} // namespace
