#include "pymkdb/index_line.hpp"
#include "pymkdb/log_line.hpp"

#include <gmock/gmock.h>

using namespace mkdb::pymkdb;
using testing::HasSubstr;

TEST(PymkdbIndexLine, NamesRecordAndPlaceOfALiveOne) {
    auto const line = parse_index_line("bolt:001:0:27").value();
    EXPECT_FALSE(line.deleted);
    EXPECT_EQ(line.id, "bolt");
    EXPECT_EQ(line.where.segment, 1U);
    EXPECT_EQ(line.where.offset, 0U);
    EXPECT_EQ(line.where.size, 27U);
    EXPECT_FALSE(line.where.is_blob());
}

TEST(PymkdbIndexLine, BeginsWithAnExclamationMarkWhenTheRecordIsDeleted) {
    auto const line = parse_index_line("!bolt:012:99:27").value();
    EXPECT_TRUE(line.deleted);
    EXPECT_EQ(line.id, "bolt");
    EXPECT_EQ(line.where.segment, 12U);
}

TEST(PymkdbIndexLine, IsReadFromItsEndSoThatAnIdMayHoldColonsAndSpaces) {
    for (std::string const id : {"a:b", "a:001:2:3", ":", "two words", " edge ", "x:blobs/y"}) {
        auto const line = parse_index_line(id + ":007:8:9");
        ASSERT_TRUE(line) << id << ": " << line.error().message;
        EXPECT_EQ(line->id, id);
        EXPECT_EQ(line->where.segment, 7U);
    }
}

TEST(PymkdbIndexLine, NamesTheFileOfALargeRecordWhateverTheIdHolds) {
    for (std::string const id : {"big", "a:b", "a/b", "a:blobs/b", "..", "a\\b:c"}) {
        auto const line = parse_index_line(id + ":blobs/" + blob_name(id) + ":0:9");
        ASSERT_TRUE(line) << id << ": " << line.error().message;
        EXPECT_EQ(line->id, id);
        EXPECT_EQ(line->where.blob, "blobs/" + blob_name(id));
    }
}

TEST(PymkdbIndexLine, IsRefusedWithTheReasonWhenItIsCutOrBent) {
    struct bad {
        char const* text;
        char const* reason;
    };
    for (auto const& each :
         {bad{"bolt", "fewer than three colons"}, bad{"bolt:001:", "two numbers"}, bad{"bolt:001:0", "segment"},
          bad{"bolt:001:x:5", "two numbers"}, bad{"bolt:001:0:-5", "two numbers"}, bad{"bolt:000:0:5", "segment"},
          bad{"bolt:one:0:5", "segment"}, bad{":001:0:5", "id is empty"},
          bad{"bolt:001:0:99999999999999999999", "two numbers"}, bad{"bolt:blobs/../x:0:5", "no file below blobs/"},
          bad{"bolt:blobs/:0:5", "no file"}}) {
        auto const line = parse_index_line(each.text);
        ASSERT_FALSE(line) << each.text;
        EXPECT_EQ(line.error().code, mkdb::errc::corrupt_file);
        EXPECT_THAT(line.error().message, HasSubstr(each.reason)) << each.text;
    }
}

TEST(PymkdbLogLine, DividesWhereTheObjectBegins) {
    for (std::string const id : {"bolt", "two words", "a{b", "a:b", "{"}) {
        auto const text = id + R"( {"a": {"b": 1}})";
        auto const line = split_log_line(text);
        ASSERT_TRUE(line) << id;
        EXPECT_EQ(line->id, id);
        EXPECT_EQ(line->json, R"({"a": {"b": 1}})");
    }
}

TEST(PymkdbLogLine, IsNoneWithoutAnIdOrAnObject) {
    for (auto const* text : {"", "bolt", "bolt [1]", " {}", "{}"}) {
        EXPECT_FALSE(split_log_line(text)) << text;
    }
}
