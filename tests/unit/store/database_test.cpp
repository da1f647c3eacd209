#include "support/memory_database.hpp"

#include <mkdb/store/identity.hpp>

#include <gmock/gmock.h>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::store_options;
using mkdb::test::memory_database;
using mkdb::test::object;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Database : public testing::Test {
protected:
    memory_database data;

    static mkdb::write_request put(std::string id, std::string_view json, std::optional<durability> mode = {}) {
        return {.id = std::move(id), .delta = object(json), .if_revision = {}, .mode = mode};
    }
};

TEST_F(Database, KeepsItsRecordsOverAReopening) {
    auto const first = data.create("s")->write(put("a", R"({"n":1})"));
    data.open();
    EXPECT_THAT(*data->stored_names(), ElementsAre("s"));
    EXPECT_THAT(data->store_names(), IsEmpty());
    auto const store = data->open_store("s").value();
    EXPECT_EQ(store->read("a")->json, R"({"n":1})");
    EXPECT_EQ(store->read("a")->revision, first->revision);
    EXPECT_GT(store->write(put("a", "{}"))->revision, first->revision);
}

TEST_F(Database, AReopeningChangesNoUnsortedAnswer) {
    auto store = data.create("s");
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        ids.push_back(store->insert({{"n", i}})->id);
    }
    ASSERT_TRUE(store->write(put(ids[5], R"({"n":-5})")));
    ASSERT_TRUE(store->erase({.id = ids[7]}));
    ASSERT_TRUE(store->write(put(ids[7], R"({"n":-7})")));
    auto const everything = [&] {
        return store->query(*store->parse_query(object(R"({"filter":{},"limit":0})")))->ids;
    };
    auto const before = everything();
    EXPECT_EQ(before.back(), ids[7]);
    store.reset();
    data.open();
    store = data->open_store("s").value();
    EXPECT_EQ(everything(), before);
}

TEST_F(Database, AStoreIsMadeOnceAndFoundByName) {
    auto const store = data.create("s");
    EXPECT_EQ(data->create_store("s").error().code, errc::store_exists);
    EXPECT_EQ(data->open_store("s").value(), store);
    EXPECT_EQ(data->find_store("s"), store);
    EXPECT_EQ(data->find_store("t"), nullptr);
    EXPECT_EQ(data->open_store("t").error().message, "Store 't' not found");
}

TEST_F(Database, NamesThatCouldLeaveTheDirectoryAreRefused) {
    for (auto const* name : {"", ".", "..", "a/b", "../x", ".hidden", "end.", "__archived__", "sp ace", "\xC3\xA9"}) {
        EXPECT_EQ(data->create_store(name).error().code, errc::invalid_argument) << name;
        EXPECT_EQ(data->archive_store(name).error().code, errc::invalid_argument) << name;
    }
    EXPECT_TRUE(data->create_store("a.b-c_D9", {.partitions = 1}));
}

TEST_F(Database, ArchivingKeepsEveryArchiveOfAName) {
    std::vector<std::string> archives;
    for (int i = 0; i < 3; ++i) {
        auto const store = data.create("s");
        ASSERT_TRUE(store->write(put("a", "{}")));
        archives.push_back(data->archive_store("s").value());
        EXPECT_EQ(store->write(put("a", "{}")).error().code, errc::closed);
        EXPECT_EQ(data->find_store("s"), nullptr);
    }
    EXPECT_THAT(*data->stored_names(), IsEmpty());
    EXPECT_THAT(*data.disk.list("/db/stores/__archived__"), ElementsAre(archives[0], archives[1], archives[2]));
}

TEST_F(Database, ASecondOwnerIsRefusedUntilTheFirstIsGone) {
    using database = memory_database::database;
    auto const refused = database::open("/db", {}, {data.disk, data.clock, mkdb::random::seeded(9)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::locked);
    ASSERT_TRUE(data->close());
    EXPECT_TRUE(database::open("/db", {}, {data.disk, data.clock, mkdb::random::seeded(9)}));
}

TEST_F(Database, ADamagedIdentityIsRefusedByName) {
    static_cast<void>(data.create("s"));
    data.open();
    auto content = *mkdb::file::read_whole(data.disk, "/db/stores/s/STORE");
    content[20] ^= 1;
    ASSERT_TRUE(mkdb::file::replace_whole(data.disk, "/db/stores/s/STORE", content));
    auto const refused = data->open_store("s");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::corrupt_file);
    EXPECT_THAT(refused.error().message, HasSubstr("/db/stores/s/STORE"));
}

TEST_F(Database, ANewerIdentityIsRefused) {
    auto const newer =
        mkdb::sealed_json::format(object(R"({"format":"mkdb-store","version":3,"partitions":1,"storage":"x"})"));
    EXPECT_EQ(mkdb::parse_identity(newer).error().code, errc::format_newer);
}

TEST_F(Database, AStoreMadeByAnotherStorageIsRefused) {
    static_cast<void>(data.create("s"));
    data.open();
    ASSERT_TRUE(mkdb::file::replace_whole(data.disk, "/db/stores/s/STORE", mkdb::format_identity({1, "other/1"})));
    auto const refused = data->open_store("s");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::format_unknown);
}

TEST_F(Database, BufferedWritesAreSeenAtOnceAndReachTheLogTogether) {
    auto store = data.create("s", {.partitions = 1, .mode = durability::buffered});
    auto const batches = store->statistics().storage.batches_appended;
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(store->write(put("a", "{\"f" + std::to_string(i) + "\":1}")));
    }
    ASSERT_TRUE(store->write(put("b", R"({"n":7})")));
    EXPECT_EQ(store->statistics().storage.batches_appended, batches);
    EXPECT_EQ(store->statistics().buffered_records, 2U);
    EXPECT_EQ(object(store->read("a")->json).size(), 10U);
    auto const found = store->query(*store->parse_query(object(R"({"filter":{"n":{"gte":7}},"hydrate":true})")));
    ASSERT_EQ(found->records.size(), 1U);
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(store->statistics().storage.batches_appended, batches + 1);
    EXPECT_EQ(store->statistics().storage.records_appended, 2U);
    EXPECT_EQ(store->statistics().buffered_records, 0U);
    EXPECT_EQ(object(store->read("a")->json).size(), 10U);
}

TEST_F(Database, ASyncWriteTakesWhatIsBufferedWithIt) {
    auto store = data.create("s", {.partitions = 1, .mode = durability::buffered});
    ASSERT_TRUE(store->write(put("a", R"({"n":1})")));
    ASSERT_TRUE(store->erase({.id = "a"}));
    ASSERT_TRUE(store->write(put("b", R"({"n":1})")));
    ASSERT_TRUE(store->write(put("b", R"({"m":2})", durability::sync)));
    EXPECT_EQ(store->statistics().buffered_records, 0U);
    EXPECT_EQ(object(store->read("b")->json), object(R"({"n":1,"m":2})"));
    EXPECT_EQ(store->read("a").error().code, errc::not_found);
}

TEST_F(Database, ManyBufferedRecordsAreWrittenBeforeMoreWait) {
    auto store = data.create("s", {.partitions = 1, .mode = durability::buffered, .max_pending = 5});
    for (int i = 0; i < 12; ++i) {
        ASSERT_TRUE(store->insert({{"n", i}}));
        EXPECT_LT(store->statistics().buffered_records, 5U);
    }
    EXPECT_GE(store->statistics().storage.records_appended, 10U);
}

TEST_F(Database, ACleanCloseLosesNothingInAnyMode) {
    for (auto const mode : {durability::sync, durability::interval, durability::buffered}) {
        auto const name = "s" + std::to_string(static_cast<int>(mode));
        auto store = data.create(name, {.mode = mode});
        for (int i = 0; i < 50; ++i) {
            ASSERT_TRUE(store->write(put("r" + std::to_string(i), "{\"n\":" + std::to_string(i) + "}")));
        }
        ASSERT_TRUE(store->erase({.id = "r3"}));
        store.reset();
        data.open();
        store = data->open_store(name, {.mode = mode}).value();
        EXPECT_EQ(store->size(), 49U);
        EXPECT_EQ(store->read("r7")->json, "{\"n\":7}");
        EXPECT_FALSE(store->read("r3"));
    }
}

} // namespace
