// An index can only hold what could be read when it was built. What could not be is never left out of an answer.
#include "support/checkpoint_fixture.hpp"

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::test::object;

class UnreadRecords : public checkpoint_fixture {
protected:
    static mkdb::store_options with_schema(std::map<std::string, std::string> schema) {
        mkdb::store_options chosen{.partitions = 1};
        chosen.schema = std::move(schema);
        return chosen;
    }

    mkdb::result<std::uint64_t> count(std::string const& filter) {
        auto const page = store->query(store->parse_query(object(R"({"filter":)" + filter + "}")).value());
        auto const total =
            store->query(store->parse_query(object(R"({"count_only":true,"filter":)" + filter + "}")).value());
        EXPECT_EQ(page.has_value(), total.has_value());
        if (!page || !total) {
            return page ? total.error() : page.error();
        }
        EXPECT_EQ(page->total_matches, total->total_matches);
        return page->total_matches;
    }

    /// Twenty records in sealed segments with a checkpoint and without parity, the text of one of them damaged.
    void make_damaged(std::map<std::string, std::string> schema = {}) {
        make(with_schema(std::move(schema)));
        for (int i = 0; i < 20; ++i) {
            put(i, i * 10);
        }
        store.reset();
        data->close().value();
        whole = disk();
        std::erase_if(whole, [](auto const& file) { return file.first.find("/parity-") != std::string::npos; });
        damaged = whole;
        damage_newest(damaged, R"(id7{"name":"n)");
    }

    /// The record is whole again, as it is when a disk that was away with the parity comes back.
    void mend() {
        for (auto const& [name, bytes] : whole) {
            if (name.find("/segment-") != std::string::npos) {
                auto file = data.disk.open(name, mkdb::file::open_mode::read_write).value();
                file.write_at(0, mkdb::as_bytes(bytes)).value();
            }
        }
    }

    tree whole;
    tree damaged;
};

TEST_F(UnreadRecords, AreNotLeftOutOfWhatAnIndexThatWasBuiltWithoutThemAnswers) {
    make_damaged();
    restart_on(damaged, with_schema({{"price", "numeric"}}));
    EXPECT_EQ(count(R"({"price":{"gte":0}})").error().code, errc::corrupt_record) << "as without an index";
    mend();
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 20U);
    EXPECT_EQ(count(R"({"price":70})").value(), 1U);
    EXPECT_EQ(count(R"({"price":80})").value(), 1U);
    EXPECT_EQ(count(R"({"price":75})").value(), 0U);
}

TEST_F(UnreadRecords, DisturbNoQueryThatAsksForNoField) {
    make_damaged();
    restart_on(damaged, with_schema({{"price", "numeric"}}));
    EXPECT_EQ(count("{}").value(), 20U);
    EXPECT_EQ(count(R"({"id":["id3","id4"]})").value(), 2U);
    EXPECT_EQ(count(R"({"$not":{"id":"id3"}})").value(), 19U);
}

TEST_F(UnreadRecords, AreNotForgottenByACheckpoint) {
    make_damaged();
    restart_on(damaged, with_schema({{"price", "numeric"}}));
    mend();
    store->checkpoint().value();
    restart_on(disk(), with_schema({{"price", "numeric"}}));
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 20U);
}

TEST_F(UnreadRecords, AreNotForgottenWhenAnotherSchemaRebuildsTheIndexes) {
    make_damaged();
    restart_on(damaged, with_schema({}));
    store->reconfigure(with_schema({{"price", "numeric"}, {"name", "exact"}})).value();
    mend();
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 20U);
    EXPECT_EQ(count(R"({"name":"n0"})").value(), 3U) << "records 0, 7 and 14";
    store->reconfigure(with_schema({{"price", "numeric"}})).value();
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 20U);
}

TEST_F(UnreadRecords, AreInTheIndexesAgainWhenTheyAreWritten) {
    make_damaged();
    restart_on(damaged, with_schema({{"price", "numeric"}, {"name", "exact"}}));
    mend();
    store->write({.id = "id7", .delta = object(R"({"price":1000})")}).value();
    EXPECT_EQ(count(R"({"price":1000})").value(), 1U);
    EXPECT_EQ(count(R"({"price":70})").value(), 0U);
    EXPECT_EQ(count(R"({"name":"n0"})").value(), 3U);
    store->erase({.id = "id7"}).value();
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 19U);
}

TEST_F(UnreadRecords, AreNotCountedWhenTheyAreErasedAndTheIndexKeepsThem) {
    make_damaged({{"price", "numeric"}});
    restart_on(damaged, with_schema({{"price", "numeric"}}));
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 20U) << "the index is of before the damage";
    store->erase({.id = "id7"}).value();
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 19U);
    EXPECT_EQ(count(R"({"price":{"gte":70,"lte":70}})").value(), 0U);
    EXPECT_EQ(count(R"({"price":70})").value(), 0U);
}

TEST_F(UnreadRecords, StandInNobodysWayWhenTheyAreErased) {
    make_damaged();
    restart_on(damaged, with_schema({{"price", "numeric"}}));
    store->erase({.id = "id7"}).value();
    EXPECT_EQ(count(R"({"price":{"gte":0}})").value(), 19U);
}

} // namespace
