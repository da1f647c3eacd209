// Parity whose checksums hold and whose content does not: what no rot makes, and a program with a mistake might.
#include "support/sealed_segment.hpp"

#include <gmock/gmock.h>

namespace {

using namespace mkdb::testing;
using mkdb::log::block_checksum;
using mkdb::log::healing_mode;
using mkdb::log::healing_outcome;
using mkdb::log::parity_map;
using mkdb::log::place;

/// A sealed segment of random bytes with its parity, both open to changes.
class ForgedParity : public testing::Test {
protected:
    static constexpr std::uint32_t parity_blocks = 2;
    static constexpr std::uint32_t block_bytes = 64;

    [[nodiscard]] std::vector<block_checksum> signed_sums() {
        auto const table = bytes_of(parity_name(1), map().table_offset(0), map().table_bytes());
        return mkdb::log::decode_table(table, layout, place(files.entry.id), 0).value();
    }

    [[nodiscard]] parity_map map() const { return parity_map(layout); }

    [[nodiscard]] std::vector<std::byte> bytes_of(std::string const& name, std::uint64_t offset, std::uint64_t size) {
        std::vector<std::byte> bytes(size);
        EXPECT_EQ(files.disk.open(name, mkdb::file::open_mode::read_only).value().read_at(offset, bytes).value(), size);
        return bytes;
    }

    void flip(std::string const& name, std::uint64_t offset) {
        auto file = files.disk.open(name, mkdb::file::open_mode::read_write).value();
        std::byte one{};
        file.read_at(offset, {&one, 1}).value();
        one ^= std::byte{1};
        file.write_at(offset, {&one, 1}).value();
    }

    /// Makes the table say of a block what it now holds.
    void sign(std::uint64_t index, std::string const& name, std::uint64_t offset, std::uint64_t size) {
        sums[index] = mkdb::log::checksum_of(bytes_of(name, offset, size), place(files.entry.id), offset);
        auto file = files.disk.open(parity_name(1), mkdb::file::open_mode::read_write).value();
        for (unsigned copy = 0; copy < 2; ++copy) {
            auto const table = mkdb::log::encode_table(sums, map(), place(files.entry.id), copy);
            file.write_at(map().table_offset(copy), table).value();
        }
    }

    sealed_segment files{20 * block_bytes, parity_blocks, block_bytes};
    mkdb::log::parity_layout const& layout = files.layout;
    std::vector<block_checksum> sums = signed_sums();
};

TEST_F(ForgedParity, WholeParityOfAWholeSegmentIsClean) {
    EXPECT_EQ(files.run(healing_mode::look).outcome, healing_outcome::clean);
}

TEST_F(ForgedParity, ASegmentWithOtherBytesThanItsDigestIsDamagedThoughEveryBlockIsSigned) {
    flip(segment_name(1), layout.block_offset(5));
    sign(5, segment_name(1), layout.block_offset(5), layout.block_size(5));
    auto const found = files.run(healing_mode::heal);
    EXPECT_EQ(found.outcome, healing_outcome::unrecoverable);
    EXPECT_THAT(found.message, testing::HasSubstr("has other bytes than it was sealed with"));
}

TEST_F(ForgedParity, ABlockThatComesBackWithOtherBytesIsNotTaken) {
    for (std::uint64_t row = 0; row < parity_blocks; ++row) {
        auto const block = row * layout.stripes();
        flip(parity_name(1), map().parity_offset(block));
        sign(layout.blocks() + block, parity_name(1), map().parity_offset(block), block_bytes);
    }
    flip(segment_name(1), layout.block_offset(0));
    auto const found = files.run(healing_mode::look);
    EXPECT_EQ(found.outcome, healing_outcome::unrecoverable);
    EXPECT_THAT(found.message, testing::HasSubstr("block 0 came back with other bytes"));
}

} // namespace
