#include <mkdb/index/row_set.hpp>
#include <mkdb/store/reaper.hpp>

#include <gtest/gtest.h>

#include <memory>

namespace {

using mkdb::errc;
using mkdb::result;
using mkdb::write_outcome;

/// Records that are over, by revision, in a partition that lets a test say what becomes of their deletion.
struct expired_partition {
    struct version {
        std::uint64_t sequence;
    };
    struct directory {
        mkdb::index::row_set rows;
        [[nodiscard]] mkdb::index::row_set const& live() const { return rows; }
        [[nodiscard]] std::string id(std::uint32_t row) const { return std::to_string(row); }
        [[nodiscard]] version at(std::uint32_t row) const { return {row + 100U}; }
    };
    struct index {
        mkdb::index::row_set rows;
        [[nodiscard]] bool nested() const { return false; }
        [[nodiscard]] std::optional<mkdb::index::row_set> lookup(mkdb::query::condition const& /*asked*/) const {
            return rows;
        }
    };
    struct state {
        directory rows;
        index indexes;
    };

    explicit expired_partition(std::uint32_t count) {
        now.rows.rows.addRange(0, count);
        now.indexes.rows.addRange(0, count + 5U); // With some that are gone.
    }

    template <class Look>
    auto inspect(Look look) const {
        return look(now);
    }

    result<write_outcome> apply(mkdb::engine::operation op) {
        ++asked;
        if (failing) {
            return mkdb::fail(errc::io, "broken");
        }
        auto const row = static_cast<std::uint32_t>(std::stoul(op.id));
        EXPECT_EQ(op.known_over, row + 100U);
        if (stuck) {
            return write_outcome{op.id, 0};
        }
        now.rows.rows.remove(row);
        return write_outcome{op.id, 1000};
    }

    state now;
    bool failing = false;
    bool stuck = false;
    int asked = 0;
};

class ReapRound : public testing::Test {
protected:
    mkdb::document::expiry const when{std::make_shared<std::string const>("until"), 1};
    std::vector<std::shared_ptr<expired_partition>> partitions{std::make_shared<expired_partition>(15),
                                                               std::make_shared<expired_partition>(3)};

    mkdb::reaped_records run(int ids = 1000) {
        return mkdb::reap_round(partitions, when, false, 10, [&] { return ids-- > 0; });
    }
};

TEST_F(ReapRound, TakesAPageOfEachPartition) {
    auto const first = run();
    EXPECT_EQ(first.deleted, 13U);
    EXPECT_TRUE(first.more);
    auto const second = run();
    EXPECT_EQ(second.deleted, 5U);
    EXPECT_FALSE(second.more);
    EXPECT_FALSE(second.failure);
}

TEST_F(ReapRound, AFailureInOnePartitionKeepsNoOtherFromItsDeletions) {
    partitions[0]->failing = true;
    auto const done = run();
    EXPECT_EQ(done.deleted, 3U);
    EXPECT_FALSE(done.more) << "it is tried again in a while, not at once";
    ASSERT_TRUE(done.failure);
    EXPECT_EQ(done.failure->message, "broken");
    EXPECT_EQ(partitions[0]->asked, 1);
}

TEST_F(ReapRound, AFullPageOfWhichNothingGoesIsNoReasonForAnother) {
    partitions[0]->stuck = true;
    auto const done = run();
    EXPECT_EQ(done.deleted, 3U) << "what went, and not what was found";
    EXPECT_FALSE(done.more);
}

TEST_F(ReapRound, EndsBetweenTwoRecords) {
    auto const done = run(4);
    EXPECT_EQ(done.deleted, 4U);
    EXPECT_TRUE(done.more);
    EXPECT_EQ(partitions[1]->asked, 0);
    EXPECT_FALSE(mkdb::reap_round(partitions, when, true, 10, [] { return true; }).more)
        << "names mean something else to the indexes";
}

} // namespace
