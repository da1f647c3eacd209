#include "cli/record_table.hpp"

#include <mkdb/document/parse.hpp>

#include <gmock/gmock.h>

using namespace mkdb::cli;

namespace {

std::string shown(std::string_view page, std::size_t width = 80) {
    return page_text(mkdb::document::parse_object(page).value(), width);
}

} // namespace

TEST(RecordTable, LinesUpFieldsOfRecordsThatDiffer) {
    EXPECT_EQ(shown(R"({"count":2,"total_matches":1200,"records":[{"_id":"a","n":5},{"_id":"bolt","x":["y"]}]})"),
              "_id   n  x\n"
              "a     5  \n"
              "bolt     [\"y\"]\n"
              "2 of 1,200 records\n");
}

TEST(RecordTable, HasTheScoresOfASearch) {
    EXPECT_EQ(
        shown(R"({"count":2,"total_matches":2,"records":[{"_id":"a","n":1},{"_id":"b"}],"scores":[12.3456,0.5]})"),
        "_id  _score  n\n"
        "a    12.346  1\n"
        "b       0.5   \n"
        "2 of 2 records\n");
}

TEST(RecordTable, CutsWhatIsTooWideBetweenCharacters) {
    EXPECT_EQ(
        shown(R"({"count":1,"total_matches":1,"records":[{"_id":"ééééééééééééééééééééééééé","b":"xxxxxxxxxxxxxxx"}]})",
              28),
        "_id            b\n"
        "éééééééééééé…  xxxxxxxxxxxx…\n"
        "1 of 1 record\n");
}

TEST(RecordTable, LeavesOutFieldsThatThereIsNoRoomFor) {
    EXPECT_EQ(shown(R"({"count":1,"total_matches":1,"records":[)"
                    R"({"_id":"a","text":"0123456789abcdef","c":1,"d":"0123456789abc"}]})",
                    20),
              "_id  text          c\n"
              "a    0123456789a…  1\n"
              "1 more field is not shown; --json shows all\n1 of 1 record\n");
}

TEST(RecordTable, LetsNoValueSteerTheTerminal) {
    EXPECT_EQ(shown("{\"count\":1,\"total_matches\":1,\"records\":[{\"_id\":\"a\\u001b[2Jb\\nc\"}]}"),
              "_id\na [2Jb c\n1 of 1 record\n");
}

TEST(RecordTable, SaysHowToSeeWhatFollows) {
    EXPECT_EQ(shown(R"({"count":1,"total_matches":2,"ids":["a"],"next_cursor":"{\"created\":7}"})"),
              "a\n1 of 2 records\nmore: --cursor '{\"created\":7}'\n");
    EXPECT_EQ(shown(R"({"count":0,"total_matches":2,"records":[],"next_cursor":"it's $HOME"})"),
              "0 of 2 records\nmore: --cursor 'it'\\''s $HOME'\n");
    EXPECT_EQ(shown("{\"count\":0,\"total_matches\":2,\"ids\":[],\"next_cursor\":\"\\u001b[2J\"}"),
              "0 of 2 records\nmore: --json shows the next_cursor to give as --cursor\n");
    EXPECT_EQ(shown(R"({"count":0,"total_matches":2,"ids":[],"next_cursor":null})"), "0 of 2 records\n");
}

TEST(RecordTable, CountsInALine) {
    auto const total = [](std::string_view page) { return total_text(mkdb::document::parse_object(page).value()); };
    EXPECT_EQ(total(R"({"count":0,"total_matches":1200,"ids":[]})"), "1,200 records\n");
    EXPECT_EQ(total(R"({"count":0,"total_matches":1,"ids":[]})"), "1 record\n");
    EXPECT_EQ(total(R"({"count":0,"total_matches":0,"ids":[]})"), "0 records\n");
}

TEST(RecordTable, ListsIds) {
    EXPECT_EQ(shown(R"({"count":2,"total_matches":2,"ids":["a","b"]})"), "a\nb\n2 of 2 records\n");
}
