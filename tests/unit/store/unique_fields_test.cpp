#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::memory_policies;
using mkdb::test::object;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class UniqueFields : public testing::Test {
protected:
    using database = mkdb::basic_database<memory_policies>;

    mkdb::file::memory disk;
    std::vector<mkdb::event> events;
    std::unique_ptr<database> data = open();
    std::shared_ptr<database::store> store = data->create_store("s", with_unique({"mail"})).value();

    std::unique_ptr<database> open() {
        return database::open(
                   "/db",
                   {.on_event = [this](mkdb::event const& seen) { events.push_back(seen); }, .background_flush = false},
                   {disk, {}, mkdb::random::seeded(5)})
            .value();
    }

    void reopen(mkdb::store_options const& options) {
        store.reset();
        data.reset();
        data = open();
        store = data->open_store("s", options).value();
    }

    /// With an exact index of each of the fields and of "mail".
    static mkdb::store_options with_unique(std::set<std::string, std::less<>> fields) {
        mkdb::store_options options{.partitions = 4};
        options.schema = {{"mail", "exact"}};
        for (auto const& field : fields) {
            options.schema[field] = "exact";
        }
        options.unique = std::move(fields);
        return options;
    }

    /// The error's text; empty for none.
    std::string put(std::string const& id, std::string_view json) {
        auto const done = store->write({.id = id, .delta = object(json)});
        EXPECT_TRUE(done || done.error().code == errc::value_taken || done.error().code == errc::invalid_argument);
        return done ? "" : done.error().message;
    }

    std::string change(mkdb::store_options const& options) {
        auto const done = store->reconfigure(options);
        return done ? "" : done.error().message;
    }

    [[nodiscard]] std::string kind_of_index(std::string const& field) const {
        auto const kinds = store->options().schema;
        auto const told = store->explain(store->parse_query({{"filter", {{field, "x"}}}}).value()).value();
        return told.records_read == 0 ? kinds.at(field) : "none";
    }
};

TEST_F(UniqueFields, RefuseAValueThatARecordOfWhicheverPartitionHolds) {
    for (int i = 0; i < 16; ++i) {
        auto const mail = R"({"mail":"m)" + std::to_string(i) + "\"}";
        ASSERT_EQ(put("a" + std::to_string(i), mail), "");
        for (int j = 0; j < 8; ++j) {
            auto const id = "b" + std::to_string(j);
            EXPECT_EQ(put(id, mail), "Record '" + id + "': field 'mail': \"m" + std::to_string(i) +
                                         "\" is taken by record 'a" + std::to_string(i) + "'");
        }
    }
    EXPECT_EQ(store->write({.id = "b", .delta = object(R"({"mail":"m0"})")}).error().code, errc::value_taken);
    EXPECT_EQ(store->read("b0").error().code, errc::not_found) << "a refused write changes nothing";
    EXPECT_EQ(store->size(), 16U);
    EXPECT_EQ(put("a0", R"({"mail":"m0","n":1})"), "");
    EXPECT_EQ(put("b0", R"({"mail":null})"), "");
    EXPECT_EQ(put("b1", "{}"), "");
}

TEST_F(UniqueFields, AreFreeWhenTheirRecordChangesOrGoes) {
    ASSERT_EQ(put("a", R"({"mail":1})"), "");
    ASSERT_NE(put("b", R"({"mail":1.0})"), "");
    ASSERT_EQ(put("a", R"({"mail":2})"), "");
    EXPECT_EQ(put("b", R"({"mail":1.0})"), "");
    ASSERT_TRUE(store->erase({.id = "a"}));
    EXPECT_EQ(put("c", R"({"mail":2})"), "");
    ASSERT_EQ(put("c", R"({"mail":null})"), "");
    EXPECT_EQ(put("d", R"({"mail":2})"), "");
}

TEST_F(UniqueFields, AreSoAfterARestart) {
    ASSERT_EQ(put("a", R"({"mail":"m"})"), "");
    for (int i = 0; i < 2; ++i) {
        reopen(with_unique({"mail"}));
        EXPECT_NE(put("b", R"({"mail":"m"})"), "");
    }
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(UniqueFields, NeedAnIndexOfTheirValues) {
    for (auto const* kind : {"", "numeric", "full-text"}) {
        auto options = with_unique({"mail"});
        options.schema["mail"] = kind;
        auto const refused = data->create_store("other", options);
        ASSERT_FALSE(refused) << kind;
        EXPECT_EQ(refused.error().code, errc::invalid_argument);
        EXPECT_EQ(refused.error().message, "field 'mail' cannot be unique without an index of kind \"exact\"");
        EXPECT_EQ(change(options), refused.error().message);
    }
    ASSERT_EQ(put("a", R"({"mail":"m"})"), "");
    EXPECT_NE(put("b", R"({"mail":"m"})"), "") << "what was refused changed nothing";
}

TEST_F(UniqueFields, ComeToBeWhenNoValueIsShared) {
    ASSERT_EQ(change(with_unique({})), "");
    ASSERT_EQ(put("a", R"({"mail":"m"})"), "");
    ASSERT_EQ(put("b", R"({"mail":"m","tag":["x","y"]})"), "");
    ASSERT_EQ(put("c", R"({"mail":"other","tag":["x","x"]})"), "");
    auto const refused = store->reconfigure(with_unique({"mail", "tag"}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::value_taken);
    EXPECT_THAT(refused.error().message, testing::AnyOf("field 'mail' cannot be unique: \"m\" is held by records 'a' "
                                                        "and 'b'",
                                                        "field 'mail' cannot be unique: \"m\" is held by records 'b' "
                                                        "and 'a'"));
    EXPECT_THAT(store->options().unique, IsEmpty());
    EXPECT_FALSE(store->options().schema.contains("tag"));
    EXPECT_EQ(put("d", R"({"mail":"m"})"), "") << "nothing is unique";
    ASSERT_TRUE(store->erase({.id = "d"}));
    ASSERT_EQ(put("b", R"({"mail":"n"})"), "");
    ASSERT_EQ(change(with_unique({"mail", "tag"})), "") << "lists hold nothing that counts";
    EXPECT_EQ(kind_of_index("tag"), "exact");
    EXPECT_NE(put("d", R"({"mail":"m"})"), "");
    EXPECT_EQ(put("d", R"({"tag":"x"})"), "");
    EXPECT_EQ(put("e", R"({"tag":"x"})"), "Record 'e': field 'tag': \"x\" is taken by record 'd'");
}

TEST_F(UniqueFields, CeaseToBeWithTheirIndexOrWithoutIt) {
    ASSERT_EQ(put("a", R"({"mail":"m"})"), "");
    ASSERT_EQ(change(with_unique({})), "");
    EXPECT_EQ(put("b", R"({"mail":"m"})"), "");
    ASSERT_TRUE(store->erase({.id = "b"}));
    ASSERT_EQ(change(with_unique({"mail"})), "");
    auto options = with_unique({});
    options.schema.clear();
    ASSERT_EQ(change(options), "");
    EXPECT_EQ(put("b", R"({"mail":"m"})"), "");
}

TEST_F(UniqueFields, StaySoWhenOtherSettingsChange) {
    ASSERT_EQ(put("a", R"({"mail":"m"})"), "");
    auto options = with_unique({"mail"});
    options.schema["name"] = "numeric";
    ASSERT_EQ(change(options), "");
    ASSERT_TRUE(store->rebuild_indexes());
    EXPECT_NE(put("b", R"({"mail":"m"})"), "");
    EXPECT_THAT(store->options().unique, ElementsAre("mail"));
}

TEST_F(UniqueFields, MeanPathsInAStoreWithNestedQueries) {
    auto flat = with_unique({"user.mail"});
    ASSERT_EQ(change(flat), "");
    ASSERT_EQ(put("a", R"({"user":{"mail":"m"}})"), "");
    ASSERT_EQ(put("b", R"({"user":{"mail":"m"}})"), "");
    ASSERT_EQ(put("c", R"({"user.mail":"flat"})"), "");
    ASSERT_NE(put("d", R"({"user.mail":"flat"})"), "");
    auto nested = flat;
    nested.nested_queries = true;
    EXPECT_THAT(change(nested), HasSubstr("field 'user.mail' cannot be unique: \"m\" is held by records"));
    EXPECT_FALSE(store->options().nested_queries);
    EXPECT_NE(put("d", R"({"user.mail":"flat"})"), "");
    ASSERT_TRUE(store->erase({.id = "b"}));
    ASSERT_EQ(change(nested), "");
    EXPECT_EQ(put("d", R"({"user.mail":"m"})"), "Record 'd': field 'user.mail': \"m\" is taken by record 'a'");
    EXPECT_EQ(put("d", R"({"user":{"mail":"flat"}})"),
              "Record 'd': field 'user.mail': \"flat\" is taken by record 'c'");
    ASSERT_EQ(change(flat), "");
    EXPECT_EQ(put("d", R"({"user":{"mail":"m"}})"), "");
}

TEST_F(UniqueFields, ThatAreNotSoWhenTheStoreIsOpenedAreTold) {
    ASSERT_EQ(change(with_unique({})), "");
    for (auto const* id : {"a", "b"}) {
        ASSERT_EQ(put(id, R"({"mail":"m","n":7})"), "");
    }
    reopen(with_unique({"mail", "n"}));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].level, mkdb::event::severity::warning);
    EXPECT_EQ(events[0].source, "s");
    EXPECT_THAT(events[0].message, HasSubstr("field 'mail' is kept unique, but was not: \"m\" is held by records '"));
    EXPECT_THAT(events[1].message, HasSubstr("field 'n' is kept unique, but was not: 7 is held by records '"));
    EXPECT_NE(put("c", R"({"mail":"m"})"), "");
    EXPECT_EQ(put("a", R"({"name":"x"})"), "") << "it holds the value already";
    ASSERT_TRUE(store->erase({.id = "a"}));
    EXPECT_NE(put("c", R"({"mail":"m"})"), "") << "b holds it";
    ASSERT_TRUE(store->erase({.id = "b"}));
    EXPECT_EQ(put("c", R"({"mail":"m"})"), "");
}

TEST_F(UniqueFields, OfWhichManyValuesAreSharedAreToldByAFew) {
    ASSERT_EQ(change(with_unique({})), "");
    for (int i = 0; i < 400; ++i) {
        ASSERT_EQ(put("r" + std::to_string(i), R"({"mail":)" + std::to_string(i / 2) + "}"), "");
    }
    reopen(with_unique({"mail"}));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_THAT(events[0].message, HasSubstr(", and there may be more"));
    EXPECT_LT(events[0].message.size(), 300U);
}

TEST_F(UniqueFields, AreFreedDurably) {
    auto options = with_unique({"mail"});
    options.mode = durability::buffered;
    ASSERT_EQ(change(options), "");
    auto const buffered = [&] { return store->statistics().buffered_records; };
    ASSERT_EQ(put("a", R"({"mail":"m"})"), "");
    ASSERT_EQ(put("b", R"({"n":1})"), "");
    EXPECT_EQ(buffered(), 2U) << "to take a value needs no sync";
    ASSERT_TRUE(store->erase({.id = "b"}));
    EXPECT_EQ(buffered(), 2U);
    ASSERT_TRUE(store->flush());
    ASSERT_EQ(put("a", R"({"n":2})"), "");
    EXPECT_EQ(buffered(), 1U);
    ASSERT_EQ(put("a", R"({"mail":"n"})"), "");
    EXPECT_EQ(buffered(), 0U);
    ASSERT_TRUE(store->erase({.id = "a", .mode = durability::buffered}));
    EXPECT_EQ(buffered(), 0U);
}

} // namespace
