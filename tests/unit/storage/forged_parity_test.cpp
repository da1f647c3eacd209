// Parity whose checksums hold and whose content does not: what no rot makes, and a program with a mistake might.
#include "support/parity_log.hpp"

#include <mkdb/log/parity_writer.hpp>
#include <mkdb/log/segment_healer.hpp>

#include <gmock/gmock.h>

#include <random>

namespace {

using namespace mkdb::testing;
using mkdb::log::block_checksum;
using mkdb::log::healing;
using mkdb::log::healing_mode;
using mkdb::log::healing_outcome;
using mkdb::log::parity_map;
using mkdb::log::place;
using codec = mkdb::parity::reed_solomon;

/// A sealed segment of random bytes with its parity, both open to changes.
class ForgedParity : public testing::Test {
protected:
    static constexpr std::uint32_t parity_blocks = 2;
    static constexpr std::uint32_t block_bytes = 64;

    void SetUp() override {
        std::mt19937_64 chance(3);
        std::string content(20 * block_bytes, '\0');
        for (auto& each : content) {
            each = static_cast<char>(chance());
        }
        mkdb::log::digest_stream digest;
        digest.add(mkdb::as_bytes(content));
        entry.number = 1;
        entry.sealed = true;
        entry.length = content.size();
        entry.digest = digest.value();
        entry.id[0] = std::byte{0x42};
        auto const footer = entry.to_footer();
        content.append(mkdb::as_text(std::as_bytes(std::span(&footer, 1))));
        disk.create_directories(log_directory).value();
        disk.open(segment_name(1), mkdb::file::open_mode::create_new)
            .value()
            .write_at(0, mkdb::as_bytes(content))
            .value();
        auto made = mkdb::log::parity_writer<mkdb::file::memory, codec>::begin(
                        disk, {segment_name(1), parity_name(1), entry, parity_blocks, block_bytes})
                        .value();
        while (made.step().value() > 0) {
        }
        made.publish().value();
        layout = mkdb::log::plan_parity(content.size(), parity_blocks, block_bytes);
        sums = mkdb::log::decode_table(bytes_of(parity_name(1), map().table_offset(0), map().table_bytes()), layout,
                                       place(entry.id), 0)
                   .value();
    }

    [[nodiscard]] parity_map map() const { return parity_map(layout); }

    [[nodiscard]] std::vector<std::byte> bytes_of(std::string const& name, std::uint64_t offset, std::uint64_t size) {
        std::vector<std::byte> bytes(size);
        EXPECT_EQ(disk.open(name, mkdb::file::open_mode::read_only).value().read_at(offset, bytes).value(), size);
        return bytes;
    }

    void flip(std::string const& name, std::uint64_t offset) {
        auto file = disk.open(name, mkdb::file::open_mode::read_write).value();
        std::byte one{};
        file.read_at(offset, {&one, 1}).value();
        one ^= std::byte{1};
        file.write_at(offset, {&one, 1}).value();
    }

    /// Makes the table say of a block what it now holds.
    void sign(std::uint64_t index, std::string const& name, std::uint64_t offset, std::uint64_t size) {
        sums[index] = mkdb::log::checksum_of(bytes_of(name, offset, size), place(entry.id), offset);
        auto file = disk.open(parity_name(1), mkdb::file::open_mode::read_write).value();
        for (unsigned copy = 0; copy < 2; ++copy) {
            auto const table = mkdb::log::encode_table(sums, map(), place(entry.id), copy);
            file.write_at(map().table_offset(copy), table).value();
        }
    }

    [[nodiscard]] healing run(healing_mode mode) {
        return mkdb::log::segment_healer<mkdb::file::memory, codec>(disk, segment_name(1), parity_name(1), entry)
            .run(mode)
            .value();
    }

    mkdb::file::memory disk;
    mkdb::log::segment_entry entry;
    mkdb::log::parity_layout layout;
    std::vector<block_checksum> sums;
};

TEST_F(ForgedParity, WholeParityOfAWholeSegmentIsClean) {
    EXPECT_EQ(run(healing_mode::look).outcome, healing_outcome::clean);
}

TEST_F(ForgedParity, ASegmentWithOtherBytesThanItsDigestIsDamagedThoughEveryBlockIsSigned) {
    flip(segment_name(1), layout.block_offset(5));
    sign(5, segment_name(1), layout.block_offset(5), layout.block_size(5));
    auto const found = run(healing_mode::heal);
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
    auto const found = run(healing_mode::look);
    EXPECT_EQ(found.outcome, healing_outcome::unrecoverable);
    EXPECT_THAT(found.message, testing::HasSubstr("block 0 came back with other bytes"));
}

} // namespace
