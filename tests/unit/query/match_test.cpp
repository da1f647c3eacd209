#include "unit/query/query_support.hpp"

#include <mkdb/query/match.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using mkdb_test::matches;

struct match_case {
    char const* filter;
    char const* record;
    bool holds;
};

match_case const match_cases[] = {
    {R"({})", R"({})", true},
    // eq: by value, exactly
    {R"({"f":1})", R"({"f":1.0})", true},
    {R"({"f":1})", R"({"f":true})", false},
    {R"({"f":true})", R"({"f":1})", false},
    {R"({"f":"1"})", R"({"f":1})", false},
    {R"({"f":0})", R"({"f":-0.0})", true},
    {R"({"f":9007199254740993})", R"({"f":9007199254740992})", false},
    {R"({"f":9007199254740993})", R"({"f":9007199254740992.0})", false},
    {R"({"f":9007199254740992})", R"({"f":9007199254740992.0})", true},
    {R"({"f":18446744073709551615})", R"({"f":18446744073709551616.0})", false},
    {R"({"f":18446744073709551615})", R"({"f":-1})", false},
    {R"({"f":"Text"})", R"({"f":"text"})", false},
    {R"({"f":""})", R"({"f":""})", true},
    {R"({"f":""})", R"({})", false},
    {R"({"f":{"eq":{"a":1,"b":2}}})", R"({"f":{"b":2.0,"a":1}})", true},
    {R"({"f":{"eq":{"a":1}}})", R"({"f":{"a":1,"b":2}})", false},
    // arrays: any element, or the whole
    {R"({"f":2})", R"({"f":[1,2.0,3]})", true},
    {R"({"f":4})", R"({"f":[1,2,3]})", false},
    {R"({"f":4})", R"({"f":[[4]]})", false},
    {R"({"f":{"eq":[1,2]}})", R"({"f":[1,2]})", true},
    {R"({"f":{"eq":[1,2]}})", R"({"f":[2,1]})", false},
    {R"({"f":{"eq":[1,2]}})", R"({"f":[[1,2],3]})", true},
    {R"({"f":{"eq":[]}})", R"({"f":[]})", true},
    {R"({"f":{"neq":2}})", R"({"f":[1,2]})", false},
    {R"({"f":{"neq":2}})", R"({"f":[1,3]})", true},
    // null
    {R"({"f":null})", R"({})", true},
    {R"({"f":null})", R"({"f":null})", true},
    {R"({"f":null})", R"({"f":[]})", false},
    {R"({"f":null})", R"({"f":[1,null]})", true},
    {R"({"f":null})", R"({"f":false})", false},
    {R"({"f":{"neq":null}})", R"({})", false},
    {R"({"f":{"neq":null}})", R"({"f":""})", true},
    {R"({"f":{"neq":5}})", R"({})", true},
    {R"({"f":{"neq":5}})", R"({"f":null})", true},
    // comparisons: numbers among numbers, strings among strings
    {R"({"f":{"gt":9007199254740992}})", R"({"f":9007199254740993})", true},
    {R"({"f":{"gt":9007199254740992.0}})", R"({"f":9007199254740993})", true},
    {R"({"f":{"lt":18446744073709551616.0}})", R"({"f":18446744073709551615})", true},
    {R"({"f":{"gte":5}})", R"({"f":5.0})", true},
    {R"({"f":{">=":5}})", R"({"f":4.999})", false},
    {R"({"f":{">":5}})", R"({"f":5})", false},
    {R"({"f":{"<":5}})", R"({"f":5})", false},
    {R"({"f":{"<=":5}})", R"({"f":5})", true},
    {R"({"f":{"lt":5}})", R"({"f":"4"})", false},
    {R"({"f":{"lt":5}})", R"({})", false},
    {R"({"f":{"lt":5}})", R"({"f":null})", false},
    {R"({"f":{"lt":5}})", R"({"f":true})", false},
    {R"({"f":{"gt":"a"}})", R"({"f":"b"})", true},
    {R"({"f":{"gt":"a"}})", R"({"f":"a"})", false},
    {R"({"f":{"gt":"Z"}})", R"({"f":"a"})", true},
    {R"({"f":{"gt":"a"}})", R"({"f":5})", false},
    {R"({"f":{"gt":0,"lt":10}})", R"({"f":5})", true},
    {R"({"f":{"gt":0,"lt":10}})", R"({"f":15})", false},
    {R"({"f":{"gt":5,"lt":10}})", R"({"f":[1,20]})", true},
    {R"({"f":{"gt":25}})", R"({"f":[1,20]})", false},
    {R"({"f":{"gt":0}})", R"({"f":[]})", false},
    // in
    {R"({"f":{"in":[1,"a"]}})", R"({"f":1.0})", true},
    {R"({"f":{"is_included":[1,"a"]}})", R"({"f":"a"})", true},
    {R"({"f":{"in":[1,"a"]}})", R"({"f":["x","a"]})", true},
    {R"({"f":{"in":[[1,2]]}})", R"({"f":[1,2]})", true},
    {R"({"f":{"in":[1,null]}})", R"({})", true},
    {R"({"f":{"in":[]}})", R"({"f":1})", false},
    {R"({"f":{"in":[]}})", R"({})", false},
    {R"({"f":{"nin":[1]}})", R"({})", true},
    {R"({"f":{"nin":[null]}})", R"({})", false},
    {R"({"f":{"not_included":[1]}})", R"({"f":[2,1]})", false},
    {R"({"f":{"nin":[]}})", R"({"f":1})", true},
    // text
    {R"({"f":["bolt"]})", R"({"f":"Steel Bolts"})", true},
    {R"({"f":["bolt","steel"]})", R"({"f":"Steel Bolts"})", true},
    {R"({"f":["bolt","nut"]})", R"({"f":"Steel Bolts"})", false},
    {R"({"f":["steel bolt"]})", R"({"f":"bolt of steel"})", true},
    {R"({"f":{"contains":"the steel"}})", R"({"f":"steel"})", true},
    {R"({"f":{"contains":"bol"}})", R"({"f":"bolt"})", false},
    {R"({"f":["bolt","steel"]})", R"({"f":["a bolt",7,"of steel"]})", true},
    {R"({"f":["bolt"]})", R"({"f":[["bolt"]]})", false},
    {R"({"f":["5"]})", R"({"f":5})", false},
    {R"({"f":["bolt"]})", R"({})", false},
    {R"({"f":{"contains":"the"}})", R"({"f":""})", true},
    {R"({"f":{"contains":"the"}})", R"({"f":["x"]})", true},
    {R"({"f":{"contains":""}})", R"({"f":5})", false},
    {R"({"f":{"contains":""}})", R"({"f":[1]})", false},
    {R"({"f":{"contains":""}})", R"({})", false},
    {R"({"f":[]})", R"({"f":"any"})", true},
    {R"({"f":[]})", R"({"f":1})", false},
    // exists
    {R"({"f":{"exists":true}})", R"({"f":0})", true},
    {R"({"f":{"exists":true}})", R"({"f":false})", true},
    {R"({"f":{"exists":true}})", R"({"f":{}})", true},
    {R"({"f":{"exists":true}})", R"({"f":[null]})", true},
    {R"({"f":{"exists":true}})", R"({"f":null})", false},
    {R"({"f":{"exists":true}})", R"({"f":""})", false},
    {R"({"f":{"exists":true}})", R"({"f":[]})", false},
    {R"({"f":{"exists":false}})", R"({})", true},
    {R"({"f":{"exists":false}})", R"({"f":"x"})", false},
    // any, all: elements
    {R"({"f":{"any":[1,"a"]}})", R"({"f":["x","a"]})", true},
    {R"({"f":{"any":[1,"a"]}})", R"({"f":1.0})", true},
    {R"({"f":{"any":[1,"a"]}})", R"({"f":["x",2]})", false},
    {R"({"f":{"any":[[1,2]]}})", R"({"f":[1,2]})", false},
    {R"({"f":{"any":[[1,2]]}})", R"({"f":[[1,2.0]]})", true},
    {R"({"f":{"any":[null]}})", R"({"f":[null]})", true},
    {R"({"f":{"any":[null]}})", R"({})", false},
    {R"({"f":{"any":[]}})", R"({"f":[1]})", false},
    {R"({"f":{"all":[1,2]}})", R"({"f":[2,3,1.0]})", true},
    {R"({"f":{"all":[1,2]}})", R"({"f":[2,3]})", false},
    {R"({"f":{"all":[1]}})", R"({"f":1})", true},
    {R"({"f":{"all":[1,2]}})", R"({"f":1})", false},
    {R"({"f":{"all":[[1,2]]}})", R"({"f":[1,2]})", false},
    {R"({"f":{"all":[1]}})", R"({})", false},
    {R"({"f":{"all":[]}})", R"({"f":[1]})", true},
    {R"({"f":{"all":[]}})", R"({})", true},
    // phrase: terms one after the other, in one string
    {R"({"f":{"phrase":"steel bolts"}})", R"({"f":"Strong steel bolt, long"})", true},
    {R"({"f":{"phrase":"steel bolts"}})", R"({"f":"bolts of steel"})", false},
    {R"({"f":{"phrase":"steel bolts"}})", R"({"f":"steel and bolts"})", true},
    {R"({"f":{"phrase":"steel bolts"}})", R"({"f":"steel red bolts"})", false},
    {R"({"f":{"phrase":"steel bolts"}})", R"({"f":["steel","bolts"]})", false},
    {R"({"f":{"phrase":"steel bolts"}})", R"({"f":["nut","steel bolts"]})", true},
    {R"({"f":{"phrase":"red red nut"}})", R"({"f":"red red red nut"})", true},
    {R"({"f":{"phrase":"red red nut"}})", R"({"f":"red nut red"})", false},
    {R"({"f":{"phrase":"red nut red wire"}})", R"({"f":"red nut red nut red wire"})", true},
    {R"({"f":{"phrase":"red nut red wire"}})", R"({"f":["red nut","red wire"]})", false},
    {R"({"f":{"phrase":"the"}})", R"({"f":""})", true},
    {R"({"f":{"phrase":"the"}})", R"({"f":7})", false},
    {R"({"f":{"phrase":"steel"}})", R"({})", false},
    // fuzzy: terms with typing errors
    {R"({"f":{"fuzzy":"stele bolt"}})", R"({"f":"steel bolts"})", true},
    {R"({"f":{"fuzzy":"blot"}})", R"({"f":"bolt"})", true},
    {R"({"f":{"fuzzy":"alumnium"}})", R"({"f":"aluminium"})", true},
    {R"({"f":{"fuzzy":"xu"}})", R"({"f":"nu"})", false},
    {R"({"f":{"fuzzy":"bxxt"}})", R"({"f":"bolt"})", false},
    {R"({"f":{"fuzzy":{"text":"bxxt","edits":2}}})", R"({"f":"bolt"})", true},
    {R"({"f":{"fuzzy":{"text":"bxxt","edits":2.0}}})", R"({"f":"bolt"})", true},
    {R"({"f":{"fuzzy":{"text":"blot","edits":0}}})", R"({"f":"bolt"})", false},
    {R"({"f":{"fuzzy":{"text":"bolt","edits":0}}})", R"({"f":"bolts"})", true},
    {R"({"f":{"fuzzy":"steel zinc"}})", R"({"f":["sten steel","zink"]})", true},
    {R"({"f":{"fuzzy":"steel zinc"}})", R"({"f":"steel"})", false},
    {R"({"f":{"fuzzy":"müller"}})", R"({"f":"Mueller"})", true},
    {R"({"f":{"fuzzy":"the"}})", R"({"f":""})", true},
    {R"({"f":{"fuzzy":"bolt"}})", R"({"f":7})", false},
    // prefix: bytes of a string
    {R"({"f":{"prefix":"ste"}})", R"({"f":"steel"})", true},
    {R"({"f":{"prefix":"ste"}})", R"({"f":"Steel"})", false},
    {R"({"f":{"prefix":"steel"}})", R"({"f":"ste"})", false},
    {R"({"f":{"prefix":"ste"}})", R"({"f":[1,"steel"]})", true},
    {R"({"f":{"prefix":""}})", R"({"f":""})", true},
    {R"({"f":{"prefix":""}})", R"({"f":1})", false},
    {R"({"f":{"prefix":""}})", R"({})", false},
    // regex: somewhere in a string
    {R"({"f":{"regex":"t[aeiou]{2}l"}})", R"({"f":"steel"})", true},
    {R"({"f":{"regex":"^t"}})", R"({"f":"steel"})", false},
    {R"({"f":{"regex":"^STEEL$"}})", R"({"f":"steel"})", false},
    {R"({"f":{"regex":"(?i)^STEEL$"}})", R"({"f":"steel"})", true},
    {R"({"f":{"regex":"^.$"}})", R"({"f":"é"})", true},
    {R"({"f":{"regex":"5"}})", R"({"f":5})", false},
    {R"({"f":{"regex":"^5$"}})", R"({"f":[5,"5"]})", true},
    {R"({"f":{"regex":""}})", R"({"f":""})", true},
    {R"({"f":{"regex":""}})", R"({})", false},
    // the id
    {R"({"id":{"prefix":"id"}})", R"({})", true},
    {R"({"id":{"prefix":"x"}})", R"({})", false},
    {R"({"id":{"regex":"^id[0-9]$"}})", R"({})", true},
    {R"({"id":"id1"})", R"({"id":"other"})", true},
    {R"({"id":["x","id1"]})", R"({})", true},
    {R"({"id":["x"]})", R"({})", false},
    {R"({"id":[]})", R"({})", false},
    {R"({"_id":"id1"})", R"({})", true},
    {R"({"id":{"neq":"id1"}})", R"({})", false},
    {R"({"id":{"gte":"id0","<":"id2"}})", R"({})", true},
    // together
    {R"({"f":1,"g":2})", R"({"f":1,"g":2})", true},
    {R"({"f":1,"g":2})", R"({"f":1})", false},
    {R"({"$and":[{"f":1},{"g":2}]})", R"({"f":1,"g":2})", true},
    {R"({"$or":[{"f":1},{"g":2}]})", R"({"g":2})", true},
    {R"({"$or":[{"f":1},{"g":2}]})", R"({"f":2})", false},
    {R"({"$or":[{"f":1,"g":1},{"$and":[{"h":1}]}]})", R"({"h":1})", true},
    {R"({"f":1,"$or":[{"g":1},{"h":1}]})", R"({"g":1})", false},
    {R"({"$and":[]})", R"({})", true},
    {R"({"$or":[]})", R"({})", false},
    {R"({"$or":[{}]})", R"({})", true},
    {R"({"$not":{"f":1}})", R"({"f":2})", true},
    {R"({"$not":{"f":1}})", R"({"f":1})", false},
    {R"({"$not":{"f":1}})", R"({})", true},
    {R"({"$not":{"f":1,"g":2}})", R"({"f":1})", true},
    {R"({"$not":{"f":1,"g":2}})", R"({"f":1,"g":2})", false},
    {R"({"$not":{"f":{"gt":5}}})", R"({"f":"x"})", true},
    {R"({"$not":{}})", R"({})", false},
    {R"({"$not":{"$not":{"f":1}}})", R"({"f":1})", true},
    {R"({"$not":{"$or":[{"f":1},{"g":1}]}})", R"({"g":1})", false},
    {R"({"$not":{"id":"id1"}})", R"({})", false},
};

TEST(Match, FollowsTheTable) {
    for (auto const& tried : match_cases) {
        EXPECT_EQ(matches(tried.filter, tried.record), tried.holds) << tried.filter << " " << tried.record;
    }
}

TEST(Match, ReadsDottedNamesAsPathsInStoresWithNesting) {
    EXPECT_TRUE(matches(R"({"a.b":1})", R"({"a":{"b":1}})", true));
    EXPECT_FALSE(matches(R"({"a.b":1})", R"({"a":{"b":1}})", false));
    EXPECT_TRUE(matches(R"({"a.b":2})", R"({"a":{"b":1},"a.b":2})", true));
    EXPECT_FALSE(matches(R"({"a.b":1})", R"({"a":{"b":1},"a.b":2})", true));
    EXPECT_TRUE(matches(R"({"a.b":null})", R"({"a":{}})", true));
    EXPECT_TRUE(matches(R"({"a.b":{"gt":1}})", R"({"a":{"b":[0,5]}})", true));
    EXPECT_FALSE(matches(R"({"a.b":1})", R"({"a":[{"b":1}]})", true));
}

TEST(Match, NegationsAreExact) {
    std::string const values[] = {"null",  "true",          "0", "1", "1.0", R"("a")", "[]", "[null]",
                                  "[1,2]", R"(["a",null])", "{}"};
    for (auto const& operand : values) {
        for (auto const& value : values) {
            auto const record = R"({"f":)" + value + "}";
            for (auto const& one : {record, std::string("{}")}) {
                EXPECT_NE(matches(R"({"f":{"eq":)" + operand + "}}", one),
                          matches(R"({"f":{"neq":)" + operand + "}}", one));
                EXPECT_NE(matches(R"({"f":{"in":[)" + operand + ",7]}}", one),
                          matches(R"({"f":{"nin":[)" + operand + ",7]}}", one));
            }
        }
    }
}

} // namespace
