// The power goes, or the disk fails, at every call of a batch over three partitions: all of it is there, or nothing.
#include "support/compacting_store.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

namespace {

using namespace mkdb::testing;
using mkdb::durability;
using mkdb::errc;
using mkdb::test::object;
using content = compacting_store::content;

constexpr std::array data_choices{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                  kept_bytes::zeros};
constexpr std::array name_choices{kept_names::none, kept_names::all, kept_names::subset};
constexpr std::uint32_t partitions = 3;

/// The n-th id of a partition.
std::string id_in(std::uint32_t partition, int n) {
    for (int i = 0;; ++i) {
        auto id = "id" + std::to_string(i);
        if (mkdb::partition_of(id, partitions) == partition && n-- == 0) {
            return id;
        }
    }
}

mkdb::store_options options() {
    mkdb::store_options chosen{.partitions = partitions};
    chosen.mode = durability::sync;
    chosen.schema = {{"n", "numeric"}};
    return chosen;
}

/// A store in which each partition has a record, and one a buffered version of it.
content prepare(compacting_store& with) {
    content before;
    for (std::uint32_t each = 0; each < partitions; ++each) {
        EXPECT_TRUE(with.put(id_in(each, 0), each));
        before[id_in(each, 0)] = compacting_store::text_of(each);
    }
    EXPECT_TRUE(with.store->flush());
    return before;
}

/// Makes, changes and deletes, in all partitions.
std::vector<mkdb::batch_operation> operations() {
    auto const write = [](std::string id, std::uint64_t number) {
        return mkdb::write_request{.id = std::move(id), .delta = object(compacting_store::text_of(number))};
    };
    return {write(id_in(2, 1), 10), write(id_in(0, 0), 11), mkdb::erase_request{.id = id_in(1, 0)},
            write(id_in(0, 1), 12), write(id_in(2, 0), 13)};
}

content after_batch(content before) {
    before[id_in(2, 1)] = compacting_store::text_of(10);
    before[id_in(0, 0)] = compacting_store::text_of(11);
    before.erase(id_in(1, 0));
    before[id_in(0, 1)] = compacting_store::text_of(12);
    before[id_in(2, 0)] = compacting_store::text_of(13);
    return before;
}

std::uint64_t found_by_index(compacting_store const& with) {
    auto const body = object(R"({"filter":{"n":{"gte":0}},"limit":0})");
    return with.store->query(with.store->parse_query(body).value()).value().total_matches;
}

/// All or nothing, and whatever comes afterwards is neither undone nor overwritten by the batch.
void expect_whole(compacting_store& with, content const& before, bool acknowledged) {
    auto expected = with.all();
    EXPECT_TRUE(expected == after_batch(before) || (!acknowledged && expected == before))
        << "acknowledged: " << acknowledged;
    EXPECT_EQ(found_by_index(with), expected.size());
    for (std::uint32_t each = 0; each < partitions; ++each) {
        ASSERT_TRUE(with.put(id_in(each, 0), 90 + each));
        expected[id_in(each, 0)] = compacting_store::text_of(90 + each);
        ASSERT_TRUE(with.store->erase({.id = id_in(each, 1)}));
        expected.erase(id_in(each, 1));
    }
    with.open();
    EXPECT_EQ(with.all(), expected);
    EXPECT_TRUE(with.store->compact());
    with.cut_power(kept_bytes::none, kept_names::none, 5);
    EXPECT_EQ(with.all(), expected);
}

TEST(BatchCrash, EveryCutLeavesAllOfItOrNothing) {
    std::uint64_t cut = 1;
    std::uint64_t whole = 0;
    for (bool reached = true; reached && !HasFailure(); ++cut) {
        for (auto const data : data_choices) {
            for (auto const names : name_choices) {
                SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " + std::to_string(static_cast<int>(data)) +
                             ", names " + std::to_string(static_cast<int>(names)));
                compacting_store with(fault_file_system(cut), options());
                auto const before = prepare(with);
                with.disk.plan().calls = 0;
                with.disk.plan().fail_at = cut;
                with.disk.plan().sticky = true;
                auto const told = with.store->batch(operations());
                reached = with.disk.plan().calls >= cut;
                with.cut_power(data, names, cut);
                whole += with.all() == after_batch(before) && !told ? 1 : 0;
                expect_whole(with, before, told.has_value());
            }
        }
    }
    EXPECT_GT(cut, 6U);
    EXPECT_GT(whole, 0U) << "some were completed though nobody was told";
}

TEST(BatchCrash, AFailingCallLeavesAllOfItOrNothing) {
    for (auto const code : {errc::io, errc::no_space}) {
        for (auto const kept : data_choices) {
            bool const sticky = kept != kept_bytes::subset;
            std::uint64_t at = 1;
            for (bool reached = true; reached && !HasFailure(); ++at) {
                SCOPED_TRACE(std::string(to_string(code)) + " at call " + std::to_string(at));
                compacting_store with(fault_file_system(at), options());
                auto const before = prepare(with);
                with.disk.plan() = {.fail_at = at, .sticky = sticky, .code = code};
                auto const told = with.store->batch(operations());
                reached = with.disk.plan().calls >= at;
                with.disk.plan().fail_at = 0;
                EXPECT_EQ(with.all(), told ? after_batch(before) : before) << "what is not acknowledged is not seen";
                bool const goes_on = with.put(id_in(0, 2), 1).has_value();
                with.cut_power(kept, kept_names::all, at);
                EXPECT_TRUE(with.all().contains(id_in(0, 2)) || !goes_on);
                static_cast<void>(with.store->erase({.id = id_in(0, 2)}));
                if (!told && told.error().code != errc::outcome_unknown) {
                    EXPECT_EQ(with.all(), before) << "nothing came of it: " << told.error().message;
                }
                expect_whole(with, before, told.has_value());
            }
        }
    }
}

/// A store that crashed when the batch was committed, and one partition at least does not have its part.
content crash_between_parts(compacting_store& with) {
    auto const before = prepare(with);
    with.disk.plan() = {.fail_at = 2, .sticky = true, .only = "sync"};
    auto const told = with.store->batch(operations());
    EXPECT_EQ(told.error().code, errc::outcome_unknown);
    EXPECT_EQ(with.put(id_in(0, 2), 1).error().code, errc::read_only);
    EXPECT_EQ(with.put(id_in(2, 2), 1).error().code, errc::read_only) << "nothing comes after the redo record";
    return before;
}

TEST(BatchCrash, AStartThatIsCutWhileItCompletesABatchLosesNothingOfIt) {
    std::uint64_t cut = 1;
    for (bool reached = true; reached && !HasFailure(); ++cut) {
        for (auto const data : data_choices) {
            SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " + std::to_string(static_cast<int>(data)));
            compacting_store with(fault_file_system(cut), options());
            auto const before = crash_between_parts(with);
            with.lose_power(kept_bytes::none, kept_names::all, cut);
            with.disk.plan() = {.fail_at = cut, .sticky = true};
            static_cast<void>(with.try_open());
            reached = with.disk.plan().calls >= cut;
            with.cut_power(data, kept_names::subset, cut);
            EXPECT_EQ(with.all(), after_batch(before));
            expect_whole(with, before, true);
        }
    }
    EXPECT_GT(cut, 6U);
}

TEST(BatchCrash, AFullDiskDoesNotHideABatchThatIsToBeCompleted) {
    std::uint64_t shown = 0;
    std::uint64_t at = 1;
    for (bool reached = true; reached && !HasFailure(); ++at) {
        SCOPED_TRACE("full from call " + std::to_string(at));
        compacting_store with(fault_file_system(at), options());
        auto const before = crash_between_parts(with);
        with.lose_power(kept_bytes::none, kept_names::all, at);
        with.disk.plan() = {.fail_at = at, .sticky = true, .code = errc::no_space, .only = "write"};
        auto const opened = with.try_open();
        reached = with.disk.plan().calls >= at;
        if (opened && !with.store->recovery().back().notes.empty() &&
            with.store->recovery().back().notes.back().find("tried again at the next start") != std::string::npos) {
            ++shown;
            EXPECT_EQ(with.all(), after_batch(before));
            with.disk.plan().fail_at = 0;
            EXPECT_EQ(with.put(id_in(2, 0), 1).error().code, errc::read_only) << "the redo record stays the last";
        }
        with.disk.plan() = {};
        with.cut_power(kept_bytes::none, kept_names::all, at);
        EXPECT_EQ(with.all(), after_batch(before));
        expect_whole(with, before, true);
    }
    EXPECT_GT(shown, 0U);
}

} // namespace
