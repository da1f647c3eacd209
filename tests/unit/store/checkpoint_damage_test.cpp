#include "support/checkpoint_fixture.hpp"

#include <mkdb/engine/detail/directory_image.hpp>
#include <mkdb/log/checkpoint_format.hpp>
#include <mkdb/log/digest.hpp>

#include <gmock/gmock.h>

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::testing::checkpoint_of;

class CheckpointDamage : public mkdb::testing::checkpoint_fixture {};

/// The checkpoint with other bytes in its directory and all digests right, as only a mistake or a forger would write
/// it.
template <class Change>
std::string forged(std::string bytes, Change const& change) {
    auto const at = [&](std::size_t offset) { return reinterpret_cast<std::byte*>(bytes.data()) + offset; };
    auto const digest_of = [&](std::size_t from, std::size_t length) {
        mkdb::log::digest_stream digest;
        digest.add({at(from), length});
        return digest.value();
    };
    auto header = mkdb::load<mkdb::log::checkpoint_header>(at(0));
    auto const table_bytes = header.section_count * sizeof(mkdb::log::section_entry);
    auto section_at = sizeof header + table_bytes;
    for (std::size_t i = 0; i < header.section_count; ++i) {
        auto const entry_at = sizeof header + i * sizeof(mkdb::log::section_entry);
        auto entry = mkdb::load<mkdb::log::section_entry>(at(entry_at));
        if (entry.kind == mkdb::log::section_kind::directory) {
            change(at(section_at));
            entry.digest = digest_of(section_at, entry.length);
            mkdb::store_at(at(entry_at), entry);
        }
        section_at += entry.length;
    }
    header.table_digest = digest_of(sizeof header, table_bytes);
    mkdb::store_at(at(0), mkdb::log::sealed(header));
    return bytes;
}

TEST_F(CheckpointDamage, LostItIsMadeAnew) {
    make();
    fill();
    auto const before = answers();
    close();
    auto found = disk();
    found.erase(checkpoint_of("s"));
    restart_on(found);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::IsEmpty());
    EXPECT_EQ(answers(), before);
    close();
    EXPECT_EQ(replayed(), 0U);
}

TEST_F(CheckpointDamage, AnyDamageIsFoundAndTheLogReadInstead) {
    make();
    fill(0, 6);
    auto const before = answers();
    close();
    auto const whole = disk();
    auto const size = whole.at(checkpoint_of("s")).size();
    for (std::size_t at = 0; at < size; ++at) {
        auto damaged = whole;
        damaged[checkpoint_of("s")][at] ^= static_cast<char>(1 << (at % 8));
        restart_on(damaged);
        ASSERT_EQ(answers(), before) << "byte " << at;
        ASSERT_EQ(notes().size(), 1U) << "byte " << at;
        EXPECT_THAT(notes().front(), testing::HasSubstr("is not used"));
    }
}

TEST_F(CheckpointDamage, AVersionThatTakesNoBytesIsRefusedAndTheLogReadInstead) {
    make();
    put(1, 5);
    auto const before = answers();
    close();
    auto found = disk();
    found[checkpoint_of("s")] = forged(found.at(checkpoint_of("s")), [](std::byte* directory) {
        auto const head = mkdb::load<mkdb::engine::detail::directory_image_head>(directory);
        auto* const first = directory + sizeof head + head.chunk_count * 4 + head.live_rows_bytes + head.slot_count * 8;
        auto image = mkdb::load<mkdb::engine::detail::version_image>(first);
        EXPECT_GT(std::exchange(image.length, 0U), 0U);
        mkdb::store_at(first, image);
    });
    restart_on(found);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::ElementsAre(testing::HasSubstr("a row that cannot be")));
    EXPECT_EQ(answers(), before);
    EXPECT_TRUE(store->erase({.id = "id1"}));
}

TEST_F(CheckpointDamage, AnyCutIsFoundAndTheLogReadInstead) {
    make();
    fill(0, 6);
    auto const before = answers();
    close();
    auto const whole = disk();
    auto const size = whole.at(checkpoint_of("s")).size();
    for (std::size_t at = 0; at < size; ++at) {
        auto damaged = whole;
        damaged[checkpoint_of("s")].resize(at);
        restart_on(damaged);
        ASSERT_EQ(answers(), before) << "cut at " << at;
        EXPECT_GT(replayed(), 0U);
        EXPECT_EQ(notes().size(), 1U);
    }
    auto longer = whole;
    longer[checkpoint_of("s")] += '\0';
    restart_on(longer);
    EXPECT_GT(replayed(), 0U);
    EXPECT_EQ(answers(), before);
}

TEST_F(CheckpointDamage, ThatOfAnotherStoreIsIgnored) {
    make(options(), "other");
    fill(100, 20);
    make();
    fill();
    auto const before = answers();
    close();
    auto found = disk();
    ASSERT_TRUE(found.contains(checkpoint_of("other")));
    found[checkpoint_of("s")] = found.at(checkpoint_of("other"));
    restart_on(found);
    EXPECT_EQ(answers(), before);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::ElementsAre(testing::HasSubstr("another state of the log")));
}

TEST_F(CheckpointDamage, AnOlderOneServesWithALongerTail) {
    make();
    fill();
    close();
    auto const old = disk().at(checkpoint_of("s"));
    fill(20, 40);
    auto const before = answers();
    close();
    auto found = disk();
    found[checkpoint_of("s")] = old;
    restart_on(found);
    EXPECT_GT(replayed(), 0U);
    EXPECT_THAT(notes(), testing::IsEmpty());
    EXPECT_EQ(answers(), before);
}

TEST_F(CheckpointDamage, OneOfALaterStateOfTheLogIsIgnored) {
    make();
    fill();
    auto const before = answers();
    close();
    auto earlier = disk();
    fill(40, 40);
    close();
    earlier[checkpoint_of("s")] = disk().at(checkpoint_of("s"));
    restart_on(earlier);
    EXPECT_EQ(answers(), before);
    EXPECT_GT(replayed(), 0U);
}

TEST_F(CheckpointDamage, RecordsThatDamageTookStayLost) {
    make();
    fill();
    auto found = disk();
    damage_newest(found, "id1{");
    restart_on(found);
    auto const lost = store->statistics().damaged_records;
    ASSERT_EQ(lost, 1U);
    auto const before = answers();
    close();
    EXPECT_GT(replayed(), 0U) << "the log is read again, since it may have been mended";
    EXPECT_EQ(store->statistics().damaged_records, lost);
    EXPECT_EQ(store->read("id1").error().code, errc::corrupt_record);
    EXPECT_EQ(answers(), before);
    store->erase({.id = "id1"}).value();
    put(1, 5);
    auto const after = answers();
    kill();
    EXPECT_EQ(store->statistics().damaged_records, 0U);
    EXPECT_EQ(answers(), after);
}

TEST_F(CheckpointDamage, DamageOfARecordBehindItIsStillFoundOnReading) {
    make();
    fill(0, 8);
    close();
    auto found = disk();
    damage_newest(found, "id1{");
    std::erase_if(found, [](auto const& each) { return each.first.find("/parity-") != std::string::npos; });
    restart_on(found);
    EXPECT_EQ(replayed(), 0U);
    EXPECT_EQ(store->read("id1").error().code, errc::corrupt_record);
    // An index that cannot take out what the row held before is built anew.
    put(2, 77);
    store->erase({.id = "id1"}).value();
    put(1, 78);
    auto const before = answers();
    kill();
    EXPECT_EQ(answers(), before);
}

} // namespace
