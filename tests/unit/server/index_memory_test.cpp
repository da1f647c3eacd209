// Indexes that have little RAM, over real files.
#include "server_policies.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace mkdb;
using server::server_database;
using server::server_store;

constexpr std::uint64_t limit = 200'000;

class IndexMemory : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    std::unique_ptr<server_database> database = server_database::open(directory.path()).value();
    std::mt19937 random{7};

    void SetUp() override {
        if (auto const made = mkdb::file::posix().scratch(directory.path()); !made) {
            GTEST_SKIP() << "indexes stay in RAM here: " << made.error().message;
        }
    }

    static store_options options(std::uint64_t ram) {
        store_options chosen{.partitions = 2, .mode = durability::buffered};
        chosen.schema = {{"name", "exact"}, {"price", "numeric"}, {"text", "full-text"}};
        chosen.index_ram_bytes = ram;
        return chosen;
    }

    boost::json::object record() {
        static constexpr std::array words{"bolt", "nut", "steel", "brass", "long", "short", "round", "flat"};
        std::string text = random() % 4 == 0 ? "long bolt " : "";
        for (int i = 0; i < 30; ++i) {
            text += std::string(words[random() % words.size()]) + ' ' + "w" + std::to_string(random() % 3000) + ' ';
        }
        return {{"name", "n" + std::to_string(random() % 500)}, {"price", random() % 10000}, {"text", text}};
    }

    /// Writes, changes and deletes the same in all stores.
    void fill(std::vector<std::shared_ptr<server_store>> const& stores, int steps) {
        for (int i = 0; i < steps; ++i) {
            auto const id = "r" + std::to_string(random() % 3000);
            auto const fields = record();
            bool const erases = random() % 5 == 0;
            for (auto const& store : stores) {
                ASSERT_TRUE(erases ? store->erase({.id = id}) : store->write({.id = id, .delta = fields}));
            }
        }
    }

    /// What are bitmaps cannot lie anywhere else.
    static void expect_about_limit(server_store const& store) {
        EXPECT_LE(store.statistics().index_ram_bytes, limit + limit / 4);
    }

    static std::vector<std::string> ids_of(server_store const& store, char const* body) {
        auto const page = store.query(store.parse_query(boost::json::parse(body).as_object()).value()).value();
        return page.ids;
    }

    static void expect_equal(server_store const& one, server_store const& other) {
        for (auto const* const body : {R"({"filter":{"price":{"gte":2000,"lt":2500}},"sort":"price","limit":0})",
                                       R"({"filter":{"name":"n17"},"sort":"price","limit":0})",
                                       R"({"filter":{"name":{"prefix":"n1"}},"sort":"price","limit":0})",
                                       R"({"filter":{"text":{"contains":"steel bolt"}},"sort":"price","limit":0})",
                                       R"({"filter":{"text":{"phrase":"long bolt"}},"sort":"price","limit":0})",
                                       R"({"filter":{"text":{"fuzzy":"stel"}},"sort":"price","limit":0})",
                                       R"({"search":{"text":"w17 w18 steel","fields":["text"]},"limit":50})"}) {
            auto const ids = ids_of(one, body);
            EXPECT_FALSE(ids.empty()) << body;
            EXPECT_EQ(ids, ids_of(other, body)) << body;
        }
    }
};

TEST_F(IndexMemory, PassesItsLimitOnToTheDiskAndAnswersTheSame) {
    auto const limited = database->create_store("limited", options(limit)).value();
    auto const free = database->create_store("free", options(0)).value();
    fill({limited, free}, 6000);
    auto const with = limited->statistics();
    auto const without = free->statistics();
    expect_about_limit(*limited);
    // What RAM has not, of blocks that are in use: room is on the disk for much more.
    ASSERT_GT(without.index_ram_bytes, with.index_ram_bytes);
    auto const beyond = without.index_ram_bytes - with.index_ram_bytes;
    EXPECT_GT(beyond, without.index_ram_bytes / 2);
    EXPECT_GE(with.index_disk_bytes, beyond);
    EXPECT_EQ(without.index_disk_bytes, 0U);
    expect_equal(*limited, *free);
    ASSERT_TRUE(limited->rebuild_indexes());
    expect_equal(*limited, *free);
    expect_about_limit(*limited);
}

TEST_F(IndexMemory, IsAllInRamAgainWhenIndexesAreMadeAnewWithoutALimit) {
    auto const store = database->create_store("s", options(limit)).value();
    fill({store}, 3000);
    ASSERT_GT(store->statistics().index_disk_bytes, 0U);
    ASSERT_TRUE(store->reconfigure(options(0)));
    ASSERT_TRUE(store->rebuild_indexes());
    EXPECT_EQ(store->statistics().index_disk_bytes, 0U);
    EXPECT_GT(store->statistics().index_ram_bytes, limit);
}

/// What is built has the whole limit, although what it takes the place of is still there.
TEST_F(IndexMemory, UsesItsRamAlsoForIndexesThatAreMadeAnew) {
    auto const store = database->create_store("s", options(limit)).value();
    fill({store}, 3000);
    ASSERT_TRUE(store->rebuild_indexes());
    EXPECT_GT(store->statistics().index_ram_bytes, limit / 2);
    expect_about_limit(*store);
    fill({store}, 1000);
    expect_about_limit(*store);
}

TEST_F(IndexMemory, IsLimitedFromTheFirstIndexOn) {
    auto const free = database->create_store("free", options(0)).value();
    auto without = options(0);
    without.schema.clear();
    auto const store = database->create_store("s", without).value();
    fill({store, free}, 3000);
    ASSERT_TRUE(store->reconfigure(options(limit)));
    expect_about_limit(*store);
    EXPECT_GT(store->statistics().index_disk_bytes, 0U);
    expect_equal(*store, *free);
}

TEST_F(IndexMemory, IsLimitedAsBeforeWhenAChangeFails) {
    auto const store = database->create_store("s", options(limit)).value();
    for (auto const* const id : {"a", "b"}) {
        ASSERT_TRUE(store->write({.id = id, .delta = {{"sku", 1}}}));
    }
    auto refused = options(0);
    refused.schema["sku"] = "exact";
    refused.unique = {"sku"};
    ASSERT_FALSE(store->reconfigure(refused));
    fill({store}, 3000);
    expect_about_limit(*store);
    EXPECT_GT(store->statistics().index_disk_bytes, 0U);
}

TEST_F(IndexMemory, HoldsForWhatIsTakenFromACheckpoint) {
    auto const before = database->create_store("s", options(limit)).value();
    auto const free = database->create_store("free", options(0)).value();
    fill({before, free}, 3000);
    ASSERT_TRUE(database->close());
    database = server_database::open(directory.path()).value();
    auto const store = database->open_store("s", options(limit)).value();
    auto const again = database->open_store("free", options(0)).value();
    EXPECT_EQ(store->recovery().at(0).records, 0U);
    EXPECT_TRUE(store->recovery().at(0).notes.empty());
    expect_about_limit(*store);
    EXPECT_GT(store->statistics().index_disk_bytes, 0U);
    expect_equal(*store, *again);
    fill({store, again}, 1000);
    expect_equal(*store, *again);
}

/// Which shows when all of it has been loaded, a piece at a time.
TEST_F(IndexMemory, IsNotTakenFromACheckpointThatRotted) {
    auto const free = database->create_store("free", options(0)).value();
    fill({database->create_store("s", options(limit)).value(), free}, 3000);
    ASSERT_TRUE(database->close());
    auto const path = directory.path() / "stores" / "s" / "p001" / "checkpoint";
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    auto const middle = static_cast<std::streamoff>(std::filesystem::file_size(path) / 2);
    file.seekg(middle);
    auto const byte = static_cast<char>(file.get() ^ 4);
    file.seekp(middle);
    file.put(byte);
    file.close();
    database = server_database::open(directory.path()).value();
    auto const store = database->open_store("s", options(limit)).value();
    ASSERT_EQ(store->recovery().at(1).notes.size(), 1U);
    EXPECT_NE(store->recovery().at(1).notes.front().find("index in the checkpoint is not used"), std::string::npos);
    expect_equal(*store, *database->open_store("free", options(0)).value());
    expect_about_limit(*store);
}

} // namespace
