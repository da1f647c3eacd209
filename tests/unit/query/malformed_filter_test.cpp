#include "unit/query/query_support.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <string>

namespace {

struct malformed {
    char const* request;
    char const* message; ///< After "Query syntax error: ".
};

#define MKDB_TEST_OPERATORS                                                                                            \
    "expected one of eq, neq, gt, gte, lt, lte, >, >=, <, <=, in, is_included, nin, not_included, contains, exists"

malformed const cases[] = {
    // operators
    {R"({"f":{"foo":1}})", "field 'f': unknown operator 'foo', " MKDB_TEST_OPERATORS},
    {R"({"f":{"EQ":1}})", "field 'f': unknown operator 'EQ', " MKDB_TEST_OPERATORS},
    {R"({"f":{"$gt":1}})", "field 'f': unknown operator '$gt', " MKDB_TEST_OPERATORS},
    {R"({"f":{"":1}})", "field 'f': unknown operator '', " MKDB_TEST_OPERATORS},
    {R"({"f":{"gt":1,"between":2}})", "field 'f': unknown operator 'between', " MKDB_TEST_OPERATORS},
    {R"({"f":{"prefix":"a"}})", "field 'f': unknown operator 'prefix', " MKDB_TEST_OPERATORS},
    {R"({"f":{"regex":"a"}})", "field 'f': unknown operator 'regex', " MKDB_TEST_OPERATORS},
    {R"({"f":{"==":1}})", "field 'f': unknown operator '==', " MKDB_TEST_OPERATORS},
    {R"({"f":{"!=":1}})", "field 'f': unknown operator '!=', " MKDB_TEST_OPERATORS},
    {R"({"f":{}})", "field 'f': expected a value or an object of operators, found an empty object"},
    {R"({"":{"x":1}})", "field '': unknown operator 'x', " MKDB_TEST_OPERATORS},
    // operands
    {R"({"f":{"gt":null}})", "field 'f': operator 'gt': expected a number or a string, found null"},
    {R"({"f":{"gt":true}})", "field 'f': operator 'gt': expected a number or a string, found true"},
    {R"({"f":{"gte":[1]}})", "field 'f': operator 'gte': expected a number or a string, found a list"},
    {R"({"f":{"lt":{}}})", "field 'f': operator 'lt': expected a number or a string, found an empty object"},
    {R"({"f":{"lte":{"a":1}}})", "field 'f': operator 'lte': expected a number or a string, found an object"},
    {R"({"f":{">":false}})", "field 'f': operator '>': expected a number or a string, found false"},
    {R"({"f":{">=":null}})", "field 'f': operator '>=': expected a number or a string, found null"},
    {R"({"f":{"<":[]}})", "field 'f': operator '<': expected a number or a string, found an empty list"},
    {R"({"f":{"<=":true}})", "field 'f': operator '<=': expected a number or a string, found true"},
    {R"({"f":{"in":1}})", "field 'f': operator 'in': expected a list of values, found 1"},
    {R"({"f":{"in":"a"}})", "field 'f': operator 'in': expected a list of values, found \"a\""},
    {R"({"f":{"in":null}})", "field 'f': operator 'in': expected a list of values, found null"},
    {R"({"f":{"is_included":{}}})",
     "field 'f': operator 'is_included': expected a list of values, found an empty object"},
    {R"({"f":{"nin":2.5}})", "field 'f': operator 'nin': expected a list of values, found 2.5"},
    {R"({"f":{"not_included":true}})", "field 'f': operator 'not_included': expected a list of values, found true"},
    {R"({"f":{"contains":5}})", "field 'f': operator 'contains': expected a text, found 5"},
    {R"({"f":{"contains":["a"]}})", "field 'f': operator 'contains': expected a text, found a list"},
    {R"({"f":{"contains":null}})", "field 'f': operator 'contains': expected a text, found null"},
    {R"({"f":{"exists":1}})", "field 'f': operator 'exists': expected true or false, found 1"},
    {R"({"f":{"exists":"true"}})", "field 'f': operator 'exists': expected true or false, found \"true\""},
    {R"({"f":{"exists":null}})", "field 'f': operator 'exists': expected true or false, found null"},
    {R"({"a":1,"b":{"gt":1},"c":{"gt":null}})", "field 'c': operator 'gt': expected a number or a string, found null"},
    // keywords
    {R"({"f":[1]})", "field 'f': keyword 1: expected a text (for one of several values use 'in'), found 1"},
    {R"({"f":["a",null]})", "field 'f': keyword 2: expected a text (for one of several values use 'in'), found null"},
    {R"({"f":["a","b",["c"]]})",
     "field 'f': keyword 3: expected a text (for one of several values use 'in'), found a list"},
    {R"({"f":[{}]})",
     "field 'f': keyword 1: expected a text (for one of several values use 'in'), found an empty object"},
    // the id
    {R"({"id":5})", "field 'id': expected an id or a list of ids, found 5"},
    {R"({"id":null})", "field 'id': expected an id or a list of ids, found null"},
    {R"({"id":true})", "field 'id': expected an id or a list of ids, found true"},
    {R"({"id":{}})", "field 'id': expected an id or a list of ids, found an empty object"},
    {R"({"id":["a",5]})", "field 'id': operator 'in': expected a list of ids, found 5"},
    {R"({"_id":[null]})", "field 'id': operator 'in': expected a list of ids, found null"},
    {R"({"id":{"eq":5}})", "field 'id': operator 'eq': expected an id, found 5"},
    {R"({"id":{"gt":5}})", "field 'id': operator 'gt': expected an id, found 5"},
    {R"({"id":{"neq":null}})", "field 'id': operator 'neq': expected an id, found null"},
    {R"({"id":{"in":"a"}})", "field 'id': operator 'in': expected a list of values, found \"a\""},
    {R"({"id":{"nin":[true]}})", "field 'id': operator 'nin': expected a list of ids, found true"},
    {R"({"id":{"contains":"a"}})",
     "field 'id': operator 'contains': 'id' is the record's id, expected a comparison with it"},
    {R"({"id":{"exists":true}})",
     "field 'id': operator 'exists': 'id' is the record's id, expected a comparison with it"},
    {R"({"id":{"is":"a"}})", "field 'id': unknown operator 'is', " MKDB_TEST_OPERATORS},
    // combinations
    {R"({"$and":{}})", "$and: expected a list of filters, found an empty object"},
    {R"({"$or":"x"})", "$or: expected a list of filters, found \"x\""},
    {R"({"$or":null})", "$or: expected a list of filters, found null"},
    {R"({"$or":[{"f":1},5]})", "$or[1]: expected a filter, found 5"},
    {R"({"$and":[[]]})", "$and[0]: expected a filter, found an empty list"},
    {R"({"$and":[{"f":1},{"$or":[{"g":{"gt":null}}]}]})",
     "$and[1]: $or[0]: field 'g': operator 'gt': expected a number or a string, found null"},
    {R"({"$not":{"f":1}})", "unknown operator '$not', expected $and or $or"},
    {R"({"$nor":[]})", "unknown operator '$nor', expected $and or $or"},
    {R"({"$":1})", "unknown operator '$', expected $and or $or"},
    {R"({"$AND":[]})", "unknown operator '$AND', expected $and or $or"},
    // around the filter
    {R"({"limit":"ten"})", "'limit': expected a whole number from 0 on, found \"ten\""},
    {R"({"limit":-1})", "'limit': expected a whole number from 0 on, found -1"},
    {R"({"limit":1.5})", "'limit': expected a whole number from 0 on, found 1.5"},
    {R"({"limit":1e300})", "'limit': expected a whole number from 0 on, found 1e+300"},
    {R"({"filter":{},"limit":true})", "'limit': expected a whole number from 0 on, found true"},
    {R"({"filter":{},"limit":{}})", "'limit': expected a whole number from 0 on, found an empty object"},
    {R"({"filter":{"f":1,"offset":"2"}})", "'offset': expected a whole number from 0 on, found \"2\""},
    {R"({"filter":{},"offset":[]})", "'offset': expected a whole number from 0 on, found an empty list"},
    {R"({"sort":5})", "'sort': expected a field's name, with - before it for descending order, found 5"},
    {R"({"sort":""})", "'sort': expected a field's name, with - before it for descending order, found \"\""},
    {R"({"sort":"-"})", "'sort': expected a field's name, with - before it for descending order, found \"-\""},
    {R"({"sort":["a",1]})", "'sort': expected a field's name, with - before it for descending order, found 1"},
    {R"({"filter":{},"sort":{"a":1}})",
     "'sort': expected a field's name, with - before it for descending order, found an object"},
    {R"({"hydrate":"yes"})", "'hydrate': expected true or false, found \"yes\""},
    {R"({"filter":{},"hydrate":1})", "'hydrate': expected true or false, found 1"},
    {R"({"filter":{},"cursor":"x"})", "'cursor' beside 'filter': expected sort, limit, offset or hydrate"},
    {R"({"filter":{"filter":{"f":1},"g":2}})", "'g' beside 'filter': expected sort, limit, offset or hydrate"},
};

TEST(MalformedFilter, IsRefusedWithFieldOperatorExpectedAndFound) {
    static_assert(std::size(cases) >= 60);
    for (auto const& tried : cases) {
        EXPECT_EQ(mkdb_test::refusal(tried.request), std::string("Query syntax error: ") + tried.message)
            << tried.request;
    }
}

TEST(MalformedFilter, IsRefusedWhenNestedTooDeeply) {
    std::string text = R"({"f":1})";
    for (int i = 0; i < 13; ++i) {
        text = R"({"$or":[)" + text + "]}";
    }
    auto const message = mkdb_test::refusal(text);
    EXPECT_TRUE(message.starts_with("Query syntax error: $or[0]: ")) << message;
    EXPECT_TRUE(message.ends_with("$or: filters are nested deeper than the limit of 12")) << message;
}

TEST(MalformedFilter, IsQuotedInPartWhenItIsLong) {
    std::string const name(5000, 'n');
    auto const message = mkdb_test::refusal(R"({")" + name + R"(":{"gt":true,"x":1}})");
    EXPECT_EQ(message, "Query syntax error: field '" + name.substr(0, 60) +
                           "…': operator 'gt': expected a number or a string, found true");
    EXPECT_EQ(mkdb_test::refusal(R"({"limit":")" + name + R"("})"),
              "Query syntax error: 'limit': expected a whole number from 0 on, found \"" + name.substr(0, 60) + "…\"");
}

} // namespace
