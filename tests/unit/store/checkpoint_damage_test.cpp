#include "support/checkpoint_fixture.hpp"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace {

using mkdb::errc;
using mkdb::testing::checkpoint_of;

class CheckpointDamage : public mkdb::testing::checkpoint_fixture {};

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
