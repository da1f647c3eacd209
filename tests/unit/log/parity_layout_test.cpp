#include <mkdb/log/parity_format.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace mkdb::log;

TEST(ParityLayout, EveryBlockLiesInOneStripeAndNoStripeIsOverfull) {
    for (std::uint64_t const length : {1U, 64U, 65U, 4095U, 4096U, 4097U, 40960U, 1003520U, 1003521U, 5000000U}) {
        for (std::uint32_t const parity : {1U, 3U, 10U, 128U}) {
            auto const layout = plan_parity(length, parity, 4096);
            SCOPED_TRACE(std::to_string(length) + " bytes, " + std::to_string(parity) + " parity");
            std::set<std::uint64_t> seen;
            for (std::uint64_t stripe = 0; stripe < layout.stripes(); ++stripe) {
                for (std::uint64_t position = 0; position < layout.stripe_data; ++position) {
                    if (auto const block = layout.block_at(stripe, position); block < layout.blocks()) {
                        EXPECT_TRUE(seen.insert(block).second);
                        EXPECT_EQ(block % layout.stripes(), stripe);
                    }
                }
            }
            EXPECT_EQ(seen.size(), layout.blocks());
            EXPECT_LE(layout.stripe_data + layout.stripe_parity, stripe_blocks);
            EXPECT_LE(layout.stripe_parity, layout.stripe_data);
            EXPECT_EQ(layout.stripe_parity, std::min(parity, layout.stripe_data));
        }
    }
}

TEST(ParityLayout, TenBlocksAStripeCostFourPercentOfALargeSegment) {
    auto const layout = plan_parity(52428800, 10, 4096);
    auto const parity = static_cast<double>(layout.parity_blocks() * layout.block_bytes);
    EXPECT_LE(parity / 52428800, 0.0415);
    auto const all = static_cast<double>(parity_map(layout).file_bytes());
    EXPECT_LE(all / 52428800, 0.0436) << "with the checksums of every block, twice";
    EXPECT_LE(static_cast<double>(parity_map(plan_parity(600, 10, 4096)).file_bytes()) / 600, 2.0);
}

TEST(ParityFormat, ATableIsWholeInItsPlaceOnly) {
    auto const layout = plan_parity(1000, 3, 64);
    parity_map const map(layout);
    place const where(uuid{std::byte{7}});
    std::vector<block_checksum> sums(layout.blocks() + layout.parity_blocks());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] = static_cast<block_checksum>(i * 77);
    }
    auto const first = encode_table(sums, map, where, 0);
    auto const second = encode_table(sums, map, where, 1);
    EXPECT_EQ(decode_table(first, layout, where, 0), sums);
    EXPECT_EQ(decode_table(second, layout, where, 1), sums);
    EXPECT_FALSE(decode_table(first, layout, where, 1));
    EXPECT_FALSE(decode_table(first, layout, place(uuid{}), 0));
    EXPECT_FALSE(decode_table(std::span(first).first(first.size() - 8), layout, where, 0));
    for (std::size_t bit = 0; bit < (sums.size() + 1) * 32; ++bit) {
        auto damaged = first;
        damaged[bit / 8] ^= std::byte(1U << bit % 8);
        EXPECT_FALSE(decode_table(damaged, layout, where, 0));
    }
}

TEST(ParityFormat, AHeaderIsJudgedBeforeAnythingInItIsBelieved) {
    uuid const id{std::byte{1}};
    parity_header header{.segment_id = id, .block_bytes = 64, .stripe_data = 4, .stripe_parity = 2};
    header.protected_length = 300;
    EXPECT_EQ(judge_header(sealed(header), id, 300), header_verdict::good);
    EXPECT_EQ(judge_header(sealed(header), id, 301), header_verdict::foreign);
    EXPECT_EQ(judge_header(sealed(header), uuid{}, 300), header_verdict::foreign);
    EXPECT_EQ(judge_header(header, id, 300), header_verdict::damaged);
    auto newer = header;
    newer.version = 2;
    EXPECT_EQ(judge_header(sealed(newer), id, 300), header_verdict::newer);
    auto other_order = header;
    other_order.byte_order = 0x04030201;
    EXPECT_EQ(judge_header(sealed(other_order), id, 300), header_verdict::newer);
    auto senseless = header;
    senseless.block_bytes = 0;
    EXPECT_EQ(judge_header(sealed(senseless), id, 300), header_verdict::foreign);
}

} // namespace
