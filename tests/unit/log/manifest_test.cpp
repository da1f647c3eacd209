#include <mkdb/file/memory.hpp>
#include <mkdb/log/manifest_copies.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/quarantine.hpp>
#include <mkdb/log/segment_table.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mkdb::log;

/// One copy of a manifest with so many edits of one entry each.
std::vector<std::byte> copy_with(unsigned edits) {
    auto const header = sealed(manifest_header{.generation = 1});
    auto const head = std::as_bytes(std::span(&header, 1));
    std::vector<std::byte> bytes(head.begin(), head.end());
    for (std::uint32_t index = 0; index < edits; ++index) {
        manifest_entry const entry{.number = index + 1};
        auto const edit = encode_edit({&entry, 1}, index, place(header.manifest_id), bytes.size());
        bytes.insert(bytes.end(), edit.begin(), edit.end());
    }
    return bytes;
}

constexpr std::size_t edit_size = sizeof(edit_header) + sizeof(manifest_entry);

merged_manifest merge(std::vector<std::byte> const& first, std::vector<std::byte> const& second) {
    return merge_copies(read_manifest_copy(first), read_manifest_copy(second));
}

TEST(ManifestCopies, EqualCopiesAgree) {
    auto const merged = merge(copy_with(3), copy_with(3));
    EXPECT_TRUE(merged.readable && merged.agreed);
    EXPECT_EQ(merged.edits.size(), 3U);
}

TEST(ManifestCopies, AnEditThatOnlyTheFirstHasCounts) {
    auto const merged = merge(copy_with(3), copy_with(2));
    EXPECT_TRUE(merged.readable);
    EXPECT_FALSE(merged.agreed);
    EXPECT_EQ(merged.edits.size(), 3U);
}

TEST(ManifestCopies, AnEditTornInTheFirstAndNotBegunInTheSecondIsDropped) {
    auto torn = copy_with(3);
    torn.resize(torn.size() - 10);
    auto const merged = merge(torn, copy_with(2));
    EXPECT_TRUE(merged.readable);
    EXPECT_FALSE(merged.agreed);
    EXPECT_EQ(merged.edits.size(), 2U);
}

TEST(ManifestCopies, AnEditDamagedInTheFirstAndTornInTheSecondWasReliedUpon) {
    auto damaged = copy_with(3);
    damaged.back() ^= std::byte{1};
    auto torn = copy_with(3);
    torn.resize(torn.size() - 10);
    EXPECT_FALSE(merge(damaged, torn).readable);
}

TEST(ManifestCopies, ZerosBehindTheLastEditAreNoEdit) {
    auto longer = copy_with(2);
    longer.resize(longer.size() + 200);
    auto const merged = merge(longer, longer);
    EXPECT_TRUE(merged.readable);
    EXPECT_EQ(merged.edits.size(), 2U);
}

TEST(ManifestCopies, AHoleInBothIsNotReadable) {
    auto holed = copy_with(4);
    holed[sizeof(manifest_header) + edit_size + 50] ^= std::byte{1};
    EXPECT_FALSE(merge(holed, holed).readable);
    EXPECT_TRUE(merge(holed, copy_with(4)).readable);
    EXPECT_TRUE(merge(copy_with(4), holed).readable);
}

TEST(ManifestCopies, NothingIsNotReadable) {
    EXPECT_FALSE(merge({}, {}).readable);
    EXPECT_FALSE(merge(copy_with(0), copy_with(0)).readable);
}

TEST(ManifestState, ASnapshotLeadsToTheSameState) {
    manifest_state state;
    EXPECT_TRUE(state.apply({.number = 1, .length = 128, .first_sequence = 1}));
    EXPECT_TRUE(state.apply(
        {.kind = entry_kind::seal_segment, .number = 1, .length = 900, .record_count = 5, .last_sequence = 5}));
    EXPECT_TRUE(state.apply({.number = 2, .length = 128, .first_sequence = 6}));
    EXPECT_TRUE(state.apply({.kind = entry_kind::remove_segment, .number = 2}));
    EXPECT_TRUE(state.apply({.kind = entry_kind::spend, .number = 2, .last_sequence = 70}));
    manifest_state again;
    for (auto const& entry : state.snapshot()) {
        EXPECT_TRUE(again.apply(entry));
    }
    EXPECT_EQ(again.next_number(), 3U);
    EXPECT_EQ(again.last_sequence(), 70U);
    ASSERT_EQ(again.segments().size(), 1U);
    EXPECT_TRUE(again.segments().at(1).sealed);
    EXPECT_EQ(again.segments().at(1).counts.records, 5U);
}

TEST(ManifestState, EntriesThatMakeNoSenseAreRefused) {
    manifest_state state;
    EXPECT_TRUE(state.apply({.number = 1}));
    EXPECT_FALSE(state.apply({.number = 1}));
    EXPECT_FALSE(state.apply({.kind = entry_kind::remove_segment, .number = 2}));
    EXPECT_FALSE(state.apply({.kind = static_cast<entry_kind>(99), .number = 3}));
    uuid other{};
    other[0] = std::byte{1};
    EXPECT_FALSE(state.apply({.kind = entry_kind::seal_segment, .number = 1, .segment_id = other}));
}

TEST(Strangers, AreAllNamesThatTheManifestDoesNotAccountFor) {
    manifest_state state;
    EXPECT_TRUE(state.apply({.number = 1}));
    std::vector<std::string> const present{
        "CURRENT",    "CURRENT.new",        "manifest-0000000002-a", "manifest-0000000003-a",
        "quarantine", "segment-0000000001", "segment-0000000002",    "CURRENT.old.new"};
    EXPECT_EQ(strangers(present, state, 3),
              (std::vector<std::string>{"manifest-0000000002-a", "segment-0000000002", "CURRENT.old.new"}));
}

TEST(SegmentTable, FindsWhatWasAddedAndNothingElse) {
    mkdb::file::memory files;
    segment_table<mkdb::file::memory::file> table;
    for (std::uint32_t const number : {1U, 4095U, 4096U, table.capacity - 1}) {
        auto file = files.open("/" + std::to_string(number), mkdb::file::open_mode::create_new).value();
        table.add(std::make_unique<segment<mkdb::file::memory::file>>(number, uuid{}, std::move(file)));
        ASSERT_NE(table.find(number), nullptr);
        EXPECT_EQ(table.find(number)->number(), number);
    }
    for (std::uint32_t const number : {0U, 2U, 8192U, table.capacity, 0xFFFFFFFFU}) {
        EXPECT_EQ(table.find(number), nullptr);
    }
}

} // namespace
