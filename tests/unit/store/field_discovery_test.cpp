#include <mkdb/core/limits.hpp>
#include <mkdb/store/field_discovery.hpp>

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace {

using mkdb::collect_fields;
using mkdb::field_discovery;
using mkdb::live_options;
using mkdb::remember_fields;
using mkdb::remember_written;
using mkdb::store_options;
using mkdb::written_fields;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto most = mkdb::limits::discovered_fields;

/// With room for so many more.
store_options options_with_room(std::size_t room) {
    store_options options;
    for (std::size_t i = room; i < most; ++i) {
        options.schema["known" + std::to_string(i)] = "exact";
    }
    return options;
}

/// As a write that succeeds.
void note_fields(live_options& options, boost::json::object const& delta) {
    written_fields found;
    collect_fields(*options.snapshot(), delta, found);
    remember_written(options, found);
}

TEST(FieldDiscovery, WritesAddFieldsUntilTheSchemaIsFull) {
    live_options options(options_with_room(2));
    for (int i = 0; i < 5; ++i) {
        note_fields(options, {{"a" + std::to_string(i), 1}, {"b" + std::to_string(i), 1}});
    }
    auto const now = options.snapshot();
    EXPECT_EQ(now->schema.size(), most);
    EXPECT_TRUE(now->schema.contains("a0"));
    EXPECT_TRUE(now->schema.contains("b0"));
    EXPECT_EQ(now->schema.at("known2"), "exact");
}

TEST(FieldDiscovery, WritesThatAreOnTheirWayTogetherCollectNoMoreThanThereIsRoomFor) {
    auto const options = options_with_room(2);
    written_fields found;
    collect_fields(options, {{"a", 1}, {"gone", nullptr}, {"known2", 1}}, found);
    EXPECT_THAT(found, ElementsAre("a"));
    collect_fields(options, {{"a", 2}, {"b", 1}, {"c", 1}}, found);
    EXPECT_THAT(found, ElementsAre("a", "b"));
}

TEST(FieldDiscovery, AFullSchemaIsNotEvenCopiedByAWrite) {
    live_options options(options_with_room(0));
    auto const before = options.snapshot();
    note_fields(options, {{"a", 1}});
    EXPECT_EQ(options.snapshot(), before);
}

TEST(FieldDiscovery, ASchemaThatSomebodyMadeLargerStaysAsItIs) {
    auto large = options_with_room(0);
    large.schema["one more"] = "numeric";
    live_options options(large);
    note_fields(options, {{"a", 1}});
    EXPECT_THAT(remember_fields(options, {"b"}), IsEmpty());
    EXPECT_EQ(options.snapshot()->schema, large.schema);
}

TEST(FieldDiscovery, AVisitOfAllRecordsFindsAsManyAsThereIsRoomForAndEndsThen) {
    auto const options = options_with_room(2);
    field_discovery found(options.schema);
    EXPECT_TRUE(found.add_record(R"({"known2":1,"b":1})"));
    EXPECT_FALSE(found.add_record(R"({"b":2,"a":1,"c":1})"));
    EXPECT_FALSE(found.add_record(R"({"d":1})"));
    EXPECT_THAT(found.new_fields(), ElementsAre("a", "b"));
}

TEST(FieldDiscovery, WhatOthersAddedMeanwhileCounts) {
    live_options options(options_with_room(1));
    EXPECT_THAT(remember_fields(options, {"known1", "a", "b"}), ElementsAre("a"));
    EXPECT_EQ(options.snapshot()->schema.size(), most);
}

TEST(FieldDiscovery, ANameThatIsNoFieldsNameIsLeftOut) {
    std::string const longest(mkdb::limits::discovered_field_bytes, 'x');
    live_options options(store_options{});
    note_fields(options, {{longest, 1}, {longest + "x", 1}});
    EXPECT_EQ(options.snapshot()->schema.size(), 1U);
    field_discovery found({});
    EXPECT_TRUE(found.add_record("{\"" + longest + "\":1,\"" + longest + "x\":1}"));
    EXPECT_THAT(found.new_fields(), ElementsAre(longest));
}

} // namespace
