#include <mkdb/document/merge.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace {

struct merge_case {
    char const* record;
    char const* delta;
    char const* flat;   ///< What becomes of it in a store without nested queries.
    char const* nested; ///< And in one with them.
};

std::string merged(merge_case const& tried, bool nested) {
    auto record = boost::json::parse(tried.record).as_object();
    mkdb::document::merge(record, boost::json::parse(tried.delta).as_object(), nested);
    return mkdb::document::to_json(record);
}

merge_case const cases[] = {
    {R"({})", R"({})", R"({})", R"({})"},
    {R"({"a":1,"b":2})", R"({"b":3,"c":4})", R"({"a":1,"b":3,"c":4})", R"({"a":1,"b":3,"c":4})"},
    {R"({"a":1})", R"({"a":null})", R"({})", R"({})"},
    {R"({})", R"({"a":null})", R"({})", R"({})"},
    {R"({"a":[1,2]})", R"({"a":[3]})", R"({"a":[3]})", R"({"a":[3]})"},
    {R"({"a":1})", R"({"a":[null]})", R"({"a":[null]})", R"({"a":[null]})"},
    {R"({"a":1})", R"({"_id":"x","_rev":7,"b":2})", R"({"a":1,"b":2})", R"({"a":1,"b":2})"},
    {R"({"a":{"x":1}})", R"({"a":{"y":2}})", R"({"a":{"y":2}})", R"({"a":{"x":1,"y":2}})"},
    {R"({"a":{"x":1}})", R"({"a":{"x":null}})", R"({"a":{"x":null}})", R"({"a":{}})"},
    {R"({"a":{"x":1,"y":2}})", R"({"a.x":9})", R"({"a":{"x":1,"y":2},"a.x":9})", R"({"a":{"x":9,"y":2}})"},
    {R"({"a":{"x":1,"y":2}})", R"({"a.x":null})", R"({"a":{"x":1,"y":2}})", R"({"a":{"y":2}})"},
    {R"({})", R"({"a.b.c":1})", R"({"a.b.c":1})", R"({"a":{"b":{"c":1}}})"},
    {R"({"a":5})", R"({"a.b":1})", R"({"a":5,"a.b":1})", R"({"a":{"b":1}})"},
    {R"({"a":5})", R"({"a.b":null})", R"({"a":5})", R"({"a":5})"},
    {R"({})", R"({"a.b":null})", R"({})", R"({})"},
    {R"({"a":5})", R"({"a":{"b":1}})", R"({"a":{"b":1}})", R"({"a":{"b":1}})"},
    {R"({"a":{"b":{"c":1}}})", R"({"a":{"b":{"d":2}}})", R"({"a":{"b":{"d":2}}})", R"({"a":{"b":{"c":1,"d":2}}})"},
    {R"({"a":{"b":{"c":1}}})", R"({"a":{"b.d":2}})", R"({"a":{"b.d":2}})", R"({"a":{"b":{"c":1,"d":2}}})"},
    {R"({"a":{"b":{"c":1}}})", R"({"a.b":{"d":2}})", R"({"a":{"b":{"c":1}},"a.b":{"d":2}})",
     R"({"a":{"b":{"c":1,"d":2}}})"},
    {R"({})", R"({"a":{"b":null,"c":1}})", R"({"a":{"b":null,"c":1}})", R"({"a":{"c":1}})"},
    {R"({"a.b":1,"a":{"b":2}})", R"({"a.b":3})", R"({"a.b":3,"a":{"b":2}})", R"({"a.b":3,"a":{"b":2}})"},
    {R"({"a.b":1,"a":{"b":2}})", R"({"a.b":null})", R"({"a":{"b":2}})", R"({"a":{}})"},
    {R"({})", R"({"_id.x":1,"a":{"_id":2}})", R"({"_id.x":1,"a":{"_id":2}})", R"({"a":{"_id":2}})"},
    {R"({})", R"({"a..b":1,".c":2,"d.":3})", R"({"a..b":1,".c":2,"d.":3})", R"({"a..b":1,".c":2,"d.":3})"},
    {R"({"a":[{"x":1}]})", R"({"a":[{"y":null}]})", R"({"a":[{"y":null}]})", R"({"a":[{"y":null}]})"},
    {R"({"n":1})", R"({"n":1.0})", R"({"n":1.0})", R"({"n":1.0})"},
};

TEST(Merge, FollowsTheTableWithoutNesting) {
    for (auto const& tried : cases) {
        EXPECT_EQ(merged(tried, false), tried.flat) << tried.record << " + " << tried.delta;
    }
}

TEST(Merge, FollowsTheTableWithNesting) {
    for (auto const& tried : cases) {
        EXPECT_EQ(merged(tried, true), tried.nested) << tried.record << " + " << tried.delta;
    }
}

TEST(Merge, OfAnAlreadyMergedDeltaChangesNothing) {
    for (auto const& tried : cases) {
        for (bool const nested : {false, true}) {
            auto const once = merged(tried, nested);
            EXPECT_EQ(merged({once.c_str(), tried.delta, "", ""}, nested), once)
                << tried.record << " + " << tried.delta;
        }
    }
}

} // namespace
