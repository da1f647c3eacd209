#include <mkdb/protocol/frame_message.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using mkdb::protocol::read_frame_message;

[[nodiscard]] std::string members(std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += (i == 0 ? "" : ",") + ('"' + std::to_string(i)) + "\":1";
    }
    return all;
}

TEST(FrameMessage, IsRefusedWithMoreMembersThanAnObjectMayHave) {
    auto const limit = mkdb::limits::object_members;
    EXPECT_FALSE(read_frame_message(R"({"id":"a","data":{)" + members(limit) + "}}").refusal);
    auto const refused = read_frame_message(R"({"id":"a","data":{)" + members(limit + 1) + "}}");
    ASSERT_TRUE(refused.refusal);
    EXPECT_EQ(refused.refusal->code, mkdb::errc::limit_exceeded);
    EXPECT_EQ(refused.refusal->message.substr(0, 49), "JSON object has more than 100000 members at offse");
    EXPECT_EQ(refused.refused_id_json, R"("a")");
}

TEST(FrameMessage, OfARefusedRequestKeepsItsIdWhateverStandsAroundIt) {
    auto const saved = [](std::string const& frame) {
        auto const read = read_frame_message(frame);
        EXPECT_TRUE(read.refusal) << frame;
        return read.refused_id_json;
    };
    auto const deep = std::string(70, '[') + std::string(70, ']');
    EXPECT_EQ(saved(R"({"id":"a","x":)" + deep + "}"), R"("a")");
    EXPECT_EQ(saved(R"({"x":[{"id":"no"},"id"],"y":)" + deep + R"(,"id":"a\n\u00e9"})"), "\"a\\n\xC3\xA9\"");
    EXPECT_EQ(saved(R"({"id":"b","x":18446744073709551616})"), R"("b")");
    EXPECT_EQ(saved(R"({"id":"first","x":18446744073709551616,"id":"last"})"), R"("last")");
    EXPECT_EQ(saved(R"({"id":"first","x":18446744073709551616,"id":7})"), "");
    EXPECT_EQ(saved(R"({"id":{"id":"no"},"x":18446744073709551616})"), "");
    EXPECT_EQ(saved(R"({"id":["no"],"x":18446744073709551616})"), "");
    EXPECT_EQ(saved(R"({"x":{"id":"no"},"y":18446744073709551616})"), "");
    EXPECT_EQ(saved(R"(["id","no",18446744073709551616])"), "");
    EXPECT_EQ(saved(R"({"id":"a","x":18446744073709551616} trailing)"), "");
    EXPECT_EQ(saved(R"({"id":"a",)"), "");
}

} // namespace
