// The power goes, or the disk fails, at every call that writes, replaces or removes a checkpoint.
#include "support/compacting_store.hpp"
#include "support/wide_store.hpp"

#include <gmock/gmock.h>

#include <array>

namespace {

using namespace mkdb::testing;
using mkdb::durability;
using mkdb::errc;

constexpr std::array data_choices{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                  kept_bytes::zeros};
constexpr std::array name_choices{kept_names::none, kept_names::all, kept_names::subset};

mkdb::store_options options() {
    mkdb::store_options chosen;
    chosen.mode = durability::sync;
    chosen.schema = {{"n", "numeric"}, {"pad", "exact"}};
    return chosen;
}

/// What indexes and order say must be what the records say.
void expect_sound_answers(compacting_store const& with) {
    auto const body = mkdb::test::object(R"({"filter":{"n":{"gt":9}},"limit":0,"hydrate":true})");
    auto const page = with.store->query(with.store->parse_query(body).value()).value();
    std::size_t expected = 0;
    for (auto const& [id, text] : with.all()) {
        expected += mkdb::test::object(text).at("n").to_number<int>() > 9 ? 1 : 0;
    }
    EXPECT_EQ(page.total_matches, expected);
}

enum class deed { first, second, compaction, closing };

/// A store with a history before the calls that are looked at.
compacting_store::content prepare(compacting_store& with, deed what) {
    auto expected = fill_for_compaction(with);
    if (what != deed::first) {
        EXPECT_TRUE(with.store->checkpoint());
        for (std::uint64_t i = 0; i < 12; ++i) {
            EXPECT_TRUE(with.put("id" + std::to_string(i), i + 50));
            expected["id" + std::to_string(i)] = compacting_store::text_of(i + 50);
        }
    }
    return expected;
}

void perform(compacting_store& with, deed what) {
    switch (what) {
    case deed::compaction: static_cast<void>(with.store->compact()); break;
    case deed::closing: static_cast<void>(with.store->close()); break;
    default: static_cast<void>(with.store->checkpoint()); break;
    }
}

class CheckpointCrash : public testing::TestWithParam<deed> {};

TEST_P(CheckpointCrash, EveryCutLeavesExactlyTheRecords) {
    std::uint64_t cut = 1;
    for (bool reached = true; reached && !HasFailure(); ++cut) {
        for (auto const data : data_choices) {
            for (auto const names : name_choices) {
                SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " + std::to_string(static_cast<int>(data)) +
                             ", names " + std::to_string(static_cast<int>(names)));
                compacting_store with(fault_file_system(cut), options());
                auto const expected = prepare(with, GetParam());
                with.disk.plan().calls = 0;
                with.disk.plan().fail_at = cut;
                with.disk.plan().sticky = true;
                perform(with, GetParam());
                reached = with.disk.plan().calls >= cut;
                with.cut_power(data, names, cut);
                ASSERT_EQ(with.all(), expected);
                expect_sound_answers(with);
                ASSERT_TRUE(with.put("later", 1));
                with.open();
                EXPECT_EQ(with.all().size(), expected.size() + 1);
                expect_sound_answers(with);
            }
        }
    }
    EXPECT_GT(cut, 8U);
}

TEST_P(CheckpointCrash, AFailingCallCostsAtMostTheCheckpointOrTheRun) {
    for (auto const code : {errc::io, errc::no_space}) {
        for (bool const sticky : {false, true}) {
            std::uint64_t at = 1;
            for (bool reached = true; reached && !HasFailure(); ++at) {
                SCOPED_TRACE(std::string(to_string(code)) + " at call " + std::to_string(at));
                compacting_store with(fault_file_system(at), options());
                auto const expected = prepare(with, GetParam());
                with.disk.plan().calls = 0;
                with.disk.plan().fail_at = at;
                with.disk.plan().sticky = sticky;
                with.disk.plan().code = code;
                perform(with, GetParam());
                reached = with.disk.plan().calls >= at;
                with.disk.plan().fail_at = 0;
                if (GetParam() != deed::closing) {
                    EXPECT_EQ(with.all(), expected) << "reads go on";
                    expect_sound_answers(with);
                }
                with.cut_power(kept_bytes::none, kept_names::all, at);
                EXPECT_EQ(with.all(), expected);
                expect_sound_answers(with);
                EXPECT_TRUE(with.put("last", 8));
                EXPECT_TRUE(with.store->checkpoint());
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Deeds, CheckpointCrash,
                         testing::Values(deed::first, deed::second, deed::compaction, deed::closing));

/// A store whose checkpoint is written at once, over an older one.
compacting_store::content prepare_wide(compacting_store& with) {
    auto expected = fill_for_compaction(with);
    put_wide(with, "wide");
    EXPECT_TRUE(with.store->checkpoint());
    EXPECT_TRUE(with.put("after", 51));
    expected["after"] = compacting_store::text_of(51);
    expected["wide"] = with.store->read("wide").value().json;
    return expected;
}

TEST(CheckpointCrashes, EveryCutOfOneThatIsWrittenAtOnceLeavesExactlyTheRecords) {
    std::uint64_t cut = 1;
    for (bool reached = true; reached && !testing::Test::HasFailure(); ++cut) {
        for (auto const data : {kept_bytes::none, kept_bytes::subset, kept_bytes::zeros}) {
            SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " + std::to_string(static_cast<int>(data)));
            compacting_store with(fault_file_system(cut), wide_options());
            auto const expected = prepare_wide(with);
            with.disk.plan().calls = 0;
            with.disk.plan().fail_at = cut;
            with.disk.plan().sticky = true;
            static_cast<void>(with.store->checkpoint());
            reached = with.disk.plan().calls >= cut;
            with.cut_power(data, cut % 2 == 0 ? kept_names::all : kept_names::subset, cut);
            ASSERT_EQ(with.all(), expected);
            expect_sound_answers(with);
        }
    }
    EXPECT_GT(cut, 8U);
}

TEST(CheckpointCrashes, AFailingCallLeavesNothingOfOneThatIsWrittenAtOnce) {
    for (auto const code : {errc::io, errc::no_space}) {
        std::uint64_t at = 1;
        for (bool reached = true; reached && !testing::Test::HasFailure(); ++at) {
            SCOPED_TRACE(std::string(to_string(code)) + " at call " + std::to_string(at));
            compacting_store with(fault_file_system(at), wide_options());
            auto const expected = prepare_wide(with);
            with.disk.plan().calls = 0;
            with.disk.plan().fail_at = at;
            with.disk.plan().code = code;
            static_cast<void>(with.store->checkpoint());
            reached = with.disk.plan().calls >= at;
            with.disk.plan().fail_at = 0;
            EXPECT_FALSE(with.disk.exists(compacting_store::log_directory / "checkpoint.new").value());
            EXPECT_EQ(with.all(), expected);
            expect_sound_answers(with);
            with.cut_power(kept_bytes::none, kept_names::all, at);
            EXPECT_EQ(with.all(), expected);
            expect_sound_answers(with);
        }
    }
}

TEST(CheckpointCrashes, AFullDiskCostsTheCheckpointAlone) {
    compacting_store with(fault_file_system(3), options());
    auto expected = fill_for_compaction(with);
    with.disk.plan().only = "write";
    with.disk.plan().calls = 0;
    // The first three writes are the footer of the segment and both copies of the manifest.
    with.disk.plan().fail_at = 4;
    with.disk.plan().code = errc::no_space;
    EXPECT_EQ(with.store->checkpoint().error().code, errc::no_space);
    EXPECT_THAT(with.strangers(), testing::IsEmpty()) << "nothing is left of it";
    with.disk.plan().fail_at = 0;
    EXPECT_TRUE(with.put("later", 7));
    expected["later"] = compacting_store::text_of(7);
    EXPECT_TRUE(with.store->checkpoint());
    with.cut_power(kept_bytes::none, kept_names::none, 3);
    EXPECT_EQ(with.all(), expected);
    EXPECT_EQ(with.store->recovery().at(0).records, 0U);
}

} // namespace
