#include <mkdb/document/parse.hpp>
#include <mkdb/document/value_hash.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using mkdb::document::equal;
using mkdb::document::hash_value;

[[nodiscard]] boost::json::value parsed(std::string const& text) {
    return mkdb::document::parse(text).value();
}

TEST(ValueHash, IsTheSameForWhatIsEqual) {
    std::vector<std::vector<std::string>> const equals{
        {"1", "1.0", "1e0"},
        {"0", "0.0", "-0.0", "-0"},
        {"9223372036854775808", "9223372036854775808.0"},
        {"-9223372036854775808", "-9223372036854775808.0"},
        {R"({"a":1,"b":[0],"c":null})", R"({"c":null,"b":[-0.0],"a":1.0})"},
        {R"([{"a":{"x":1,"y":2}}])", R"([{"a":{"y":2.0,"x":1.0}}])"},
    };
    for (auto const& same : equals) {
        for (auto const& each : same) {
            ASSERT_TRUE(equal(parsed(each), parsed(same.front()))) << each;
            EXPECT_EQ(hash_value(parsed(each), 46), hash_value(parsed(same.front()), 46)) << each;
        }
    }
}

TEST(ValueHash, TellsOthersApart) {
    std::vector<std::string> const all{"null",
                                       "true",
                                       "false",
                                       "0",
                                       "1",
                                       "-1",
                                       "2",
                                       "0.5",
                                       "9007199254740993",
                                       "9007199254740992.0",
                                       "18446744073709551615",
                                       "18446744073709551616.0",
                                       R"("")",
                                       R"("0")",
                                       R"("a")",
                                       R"("b")",
                                       R"("null")",
                                       "[]",
                                       "[[]]",
                                       "[null]",
                                       "[0]",
                                       "[1,2]",
                                       "[2,1]",
                                       "[1,2,3]",
                                       "[[1],2]",
                                       "[1,[2]]",
                                       "[[1,2]]",
                                       "{}",
                                       "[{}]",
                                       R"({"":null})",
                                       R"({"":0})",
                                       R"({"a":0})",
                                       R"({"a":1,"b":2})",
                                       R"({"a":2,"b":1})",
                                       R"({"b":1,"c":2})",
                                       R"({"a":{"b":1}})",
                                       R"({"a":[{"b":1}]})",
                                       R"({"b":{"a":1}})",
                                       R"({"a":"1","b":2})"};
    std::set<std::uint64_t> hashes;
    for (auto const& each : all) {
        EXPECT_TRUE(hashes.insert(hash_value(parsed(each), 46)).second) << each;
        EXPECT_NE(hash_value(parsed(each), 46), hash_value(parsed(each), 47)) << each;
    }
}

} // namespace
