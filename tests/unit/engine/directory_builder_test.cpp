#include <mkdb/engine/directory_builder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using mkdb::engine::directory_builder;
using mkdb::storage::record_kind;

struct change {
    record_kind kind;
    std::uint64_t sequence;
    std::uint64_t created;
    std::string id;
};

/// What a program writes, in order, over few ids, so that versions of one follow each other closely.
[[nodiscard]] std::vector<change> random_history(std::mt19937& random, std::size_t length, std::size_t ids) {
    std::vector<change> history;
    std::map<std::string, std::uint64_t> created;
    for (std::uint64_t sequence = 1; sequence <= length; ++sequence) {
        auto const id = "id" + std::to_string(random() % ids);
        bool const deletes = random() % 4 == 0 && created.contains(id);
        auto const born = created.try_emplace(id, sequence).first->second;
        history.push_back({deletes ? record_kind::tombstone : record_kind::put, sequence, deletes ? 0 : born, id});
        if (deletes) {
            created.erase(id);
        }
    }
    return history;
}

/// The newest version of each id that lives.
[[nodiscard]] std::map<std::string, change> outcome(std::vector<change> const& history) {
    std::map<std::string, change> newest;
    for (auto const& each : history) {
        newest.insert_or_assign(each.id, each);
    }
    std::erase_if(newest, [](auto const& each) { return each.second.kind == record_kind::tombstone; });
    return newest;
}

void deliver(directory_builder& to, change const& each) {
    // The views do not outlive the call, as when a log is read.
    std::string const id = each.id;
    to.add({each.kind, each.sequence, each.created, id, {}}, {1, static_cast<std::uint32_t>(each.sequence), 8});
}

void expect_outcome(mkdb::engine::directory const& found, std::map<std::string, change> const& wanted) {
    ASSERT_EQ(found.size(), wanted.size());
    for (auto const& [id, newest] : wanted) {
        auto const row = found.find(id);
        ASSERT_TRUE(row) << id;
        EXPECT_EQ(found.at(*row).sequence, newest.sequence);
        EXPECT_EQ(found.at(*row).created, newest.created);
        EXPECT_EQ(found.at(*row).where.offset, newest.sequence);
    }
    std::vector<std::uint64_t> order;
    for (auto const row : found.live()) {
        order.push_back(found.at(row).created);
    }
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

class DirectoryBuilder : public testing::Test {
protected:
    std::uint32_t seed_ = std::random_device{}();
    testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
    std::mt19937 random_{seed_};
};

TEST_F(DirectoryBuilder, KeepsTheNewestOfEachIdInTheOrderOfCreation) {
    for (std::size_t const length : {0, 1, 2, 15, 16, 17, 40, 1000, 30000}) {
        for (std::size_t const ids : {1, 3, 100, 20000}) {
            auto const history = random_history(random_, length, ids);
            directory_builder builder(seed_);
            std::ranges::for_each(history, [&](auto const& each) { deliver(builder, each); });
            ASSERT_NO_FATAL_FAILURE(expect_outcome(builder.finish(), outcome(history))) << length << " of " << ids;
        }
    }
}

TEST_F(DirectoryBuilder, DoesNotCareInWhichOrderCompactionLeftTheVersions) {
    for (int round = 0; round < 100; ++round) {
        auto history = random_history(random_, 300, 20);
        auto const wanted = outcome(history);
        std::ranges::shuffle(history, random_);
        directory_builder builder(seed_);
        std::ranges::for_each(history, [&](auto const& each) { deliver(builder, each); });
        ASSERT_NO_FATAL_FAILURE(expect_outcome(builder.finish(), wanted));
    }
}

TEST_F(DirectoryBuilder, CountsAsLostOnlyWhatNothingReplaced) {
    directory_builder builder(seed_);
    deliver(builder, {record_kind::put, 1, 1, "older"});
    deliver(builder, {record_kind::put, 5, 5, "newer"});
    deliver(builder, {record_kind::tombstone, 6, 0, "deleted"});
    auto const lost = builder.take_lost({{"older", 2}, {"newer", 4}, {"deleted", 3}, {"unknown", 7}});
    EXPECT_EQ(lost, (std::map<std::string, std::uint64_t, std::less<>>{{"older", 2}, {"unknown", 7}}));
    EXPECT_EQ(builder.take_graves().size(), 1U);
    auto const rows = builder.finish();
    EXPECT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows.find("newer"));
}

TEST_F(DirectoryBuilder, KeepsARedoRecordUntilSomethingComesAfterIt) {
    directory_builder builder(seed_);
    auto const redo = [&](std::uint64_t sequence, std::string const& value) {
        builder.add({record_kind::redo, sequence, sequence, {}, value}, {1, 8, 8});
    };
    EXPECT_FALSE(builder.take_redo());
    deliver(builder, {record_kind::put, 1, 1, "a"});
    redo(2, "first");
    deliver(builder, {record_kind::put, 3, 3, "b"});
    EXPECT_FALSE(builder.take_redo()) << "whoever wrote it has gone on";
    redo(4, "second");
    deliver(builder, {record_kind::put, 2, 2, "moved by compaction"});
    EXPECT_EQ(builder.take_redo(), "second");
    EXPECT_EQ(builder.finish().size(), 3U) << "it is no record";
}

} // namespace
