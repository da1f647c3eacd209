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
    "expected one of eq, neq, gt, gte, lt, lte, >, >=, <, <=, in, is_included, nin, not_included, any, all, exists, "  \
    "contains, phrase, fuzzy, prefix, regex"

#define MKDB_TEST_AROUND "expected search, sort, limit, offset, hydrate, fields, cursor, count_only or aggregate"

#define MKDB_TEST_SEARCHED                                                                                             \
    "'search': 'fields': expected a field's name, with a weight from 0.000001 to 1000000 as in \"name^2\" if need "    \
    "be, "
#define MKDB_TEST_BEST_FIRST                                                                                           \
    "'search': the best come first, expected no sort or cursor beside it, and offset for further pages"

#define MKDB_TEST_METRIC "expected \"count\", or an object with one of count, sum, min, max, avg, distinct, histogram"
#define MKDB_TEST_ALL                                                                                                  \
    "is of all records that match, expected no sort, limit, offset, hydrate, fields or cursor beside it"

malformed const malformed_filters[] = {
    // operators
    {R"({"f":{"foo":1}})", "field 'f': unknown operator 'foo', " MKDB_TEST_OPERATORS},
    {R"({"f":{"EQ":1}})", "field 'f': unknown operator 'EQ', " MKDB_TEST_OPERATORS},
    {R"({"f":{"$gt":1}})", "field 'f': unknown operator '$gt', " MKDB_TEST_OPERATORS},
    {R"({"f":{"":1}})", "field 'f': unknown operator '', " MKDB_TEST_OPERATORS},
    {R"({"f":{"gt":1,"between":2}})", "field 'f': unknown operator 'between', " MKDB_TEST_OPERATORS},
    {R"({"f":{"starts_with":"a"}})", "field 'f': unknown operator 'starts_with', " MKDB_TEST_OPERATORS},
    {R"({"f":{"like":"a"}})", "field 'f': unknown operator 'like', " MKDB_TEST_OPERATORS},
    {R"({"f":{"$regex":"a"}})", "field 'f': unknown operator '$regex', " MKDB_TEST_OPERATORS},
    {R"({"f":{"$not":{"gt":1}}})", "field 'f': unknown operator '$not', " MKDB_TEST_OPERATORS},
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
    {R"({"f":{"any":1}})", "field 'f': operator 'any': expected a list of values, found 1"},
    {R"({"f":{"any":"a"}})", "field 'f': operator 'any': expected a list of values, found \"a\""},
    {R"({"f":{"any":{}}})", "field 'f': operator 'any': expected a list of values, found an empty object"},
    {R"({"f":{"all":null}})", "field 'f': operator 'all': expected a list of values, found null"},
    {R"({"f":{"all":true}})", "field 'f': operator 'all': expected a list of values, found true"},
    {R"({"f":{"phrase":5}})", "field 'f': operator 'phrase': expected a text, found 5"},
    {R"({"f":{"phrase":["a","b"]}})", "field 'f': operator 'phrase': expected a text, found a list"},
    {R"({"f":{"prefix":5}})", "field 'f': operator 'prefix': expected a text, found 5"},
    {R"({"f":{"prefix":null}})", "field 'f': operator 'prefix': expected a text, found null"},
    {R"({"f":{"prefix":["a"]}})", "field 'f': operator 'prefix': expected a text, found a list"},
    {R"({"f":{"regex":5}})", "field 'f': operator 'regex': expected a regular expression, found 5"},
    {R"({"f":{"regex":{}}})", "field 'f': operator 'regex': expected a regular expression, found an empty object"},
    {R"({"f":{"regex":"(a"}})", "field 'f': operator 'regex': not a regular expression: missing ): (a"},
    {R"x({"f":{"regex":"a)"}})x", "field 'f': operator 'regex': not a regular expression: unexpected ): a)"},
    {R"({"f":{"regex":"[a"}})", "field 'f': operator 'regex': not a regular expression: missing ]: [a"},
    {R"({"f":{"regex":"*a"}})",
     "field 'f': operator 'regex': not a regular expression: no argument for repetition operator: *"},
    {R"x({"f":{"regex":"(a)\\1"}})x",
     "field 'f': operator 'regex': not a regular expression: invalid escape sequence: \\1"},
    {R"x({"f":{"regex":"(?=a)"}})x",
     "field 'f': operator 'regex': not a regular expression: invalid perl operator: (?="},
    {R"({"f":{"regex":"a{1001}"}})",
     "field 'f': operator 'regex': not a regular expression: invalid repetition size: {1001}"},
    {R"({"f":{"regex":"((a{100}){100}){100}"}})",
     "field 'f': operator 'regex': not a regular expression: invalid repetition size: {100}"},
    {R"({"f":{"fuzzy":5}})",
     "field 'f': operator 'fuzzy': expected a text or {\"text\": …, \"edits\": 0 to 2}, found 5"},
    {R"({"f":{"fuzzy":["a"]}})",
     "field 'f': operator 'fuzzy': expected a text or {\"text\": …, \"edits\": 0 to 2}, found a list"},
    {R"({"f":{"fuzzy":{}}})", "field 'f': operator 'fuzzy': 'text': expected a text, found null"},
    {R"({"f":{"fuzzy":{"text":7}}})", "field 'f': operator 'fuzzy': 'text': expected a text, found 7"},
    {R"({"f":{"fuzzy":{"edits":1}}})", "field 'f': operator 'fuzzy': 'text': expected a text, found null"},
    {R"({"f":{"fuzzy":{"text":"a","edits":3}}})", "field 'f': operator 'fuzzy': 'edits': expected 0, 1 or 2, found 3"},
    {R"({"f":{"fuzzy":{"text":"a","edits":-1}}})",
     "field 'f': operator 'fuzzy': 'edits': expected 0, 1 or 2, found -1"},
    {R"({"f":{"fuzzy":{"text":"a","edits":1.5}}})",
     "field 'f': operator 'fuzzy': 'edits': expected 0, 1 or 2, found 1.5"},
    {R"({"f":{"fuzzy":{"text":"a","edits":"1"}}})",
     "field 'f': operator 'fuzzy': 'edits': expected 0, 1 or 2, found \"1\""},
    {R"({"f":{"fuzzy":{"text":"a","distance":1}}})",
     "field 'f': operator 'fuzzy': unknown key 'distance', expected text or edits"},
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
    {R"({"id":{"any":["a"]}})", "field 'id': operator 'any': 'id' is the record's id, expected a comparison with it"},
    {R"({"id":{"all":["a"]}})", "field 'id': operator 'all': 'id' is the record's id, expected a comparison with it"},
    {R"({"id":{"phrase":"a"}})",
     "field 'id': operator 'phrase': 'id' is the record's id, expected a comparison with it"},
    {R"({"id":{"fuzzy":"a"}})", "field 'id': operator 'fuzzy': 'id' is the record's id, expected a comparison with it"},
    {R"({"id":{"prefix":5}})", "field 'id': operator 'prefix': expected a text, found 5"},
    {R"({"id":{"regex":"("}})", "field 'id': operator 'regex': not a regular expression: missing ): ("},
    {R"({"id":{"is":"a"}})", "field 'id': unknown operator 'is', " MKDB_TEST_OPERATORS},
    // combinations
    {R"({"$and":{}})", "$and: expected a list of filters, found an empty object"},
    {R"({"$or":"x"})", "$or: expected a list of filters, found \"x\""},
    {R"({"$or":null})", "$or: expected a list of filters, found null"},
    {R"({"$or":[{"f":1},5]})", "$or[1]: expected a filter, found 5"},
    {R"({"$and":[[]]})", "$and[0]: expected a filter, found an empty list"},
    {R"({"$and":[{"f":1},{"$or":[{"g":{"gt":null}}]}]})",
     "$and[1]: $or[0]: field 'g': operator 'gt': expected a number or a string, found null"},
    {R"({"$not":[{"f":1}]})", "$not: expected a filter, found a list"},
    {R"({"$not":null})", "$not: expected a filter, found null"},
    {R"({"$not":"f"})", "$not: expected a filter, found \"f\""},
    {R"({"$not":{"f":{"gt":null}}})", "$not: field 'f': operator 'gt': expected a number or a string, found null"},
    {R"({"$not":{"$or":[{"$not":5}]}})", "$not: $or[0]: $not: expected a filter, found 5"},
    {R"({"$nor":[]})", "unknown operator '$nor', expected $and, $or or $not"},
    {R"({"$":1})", "unknown operator '$', expected $and, $or or $not"},
    {R"({"$AND":[]})", "unknown operator '$AND', expected $and, $or or $not"},
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
    {R"({"filter":{},"page":1})", "'page' beside 'filter': " MKDB_TEST_AROUND},
    {R"({"filter":{"filter":{"f":1},"g":2}})", "'g' beside 'filter': " MKDB_TEST_AROUND},
    {R"({"filter":{},"fields":"a"})", "'fields': expected a list of fields' names, found \"a\""},
    {R"({"filter":{},"fields":["a",5]})", "'fields': expected a list of fields' names, found 5"},
    {R"({"filter":{},"fields":[""]})", "'fields': expected a list of fields' names, found \"\""},
    {R"({"filter":{},"fields":{"a":1}})", "'fields': expected a list of fields' names, found an object"},
    {R"({"search":{"text":5,"fields":["f"]}})", "'search': 'text': expected a text, found 5"},
    {R"({"search":{"fields":["f"]}})", "'search': 'text': expected a text, found null"},
    {R"({"search":{"text":"a"}})", "'search': 'fields': expected a list of 1 to 32 fields, found null"},
    {R"({"search":{"text":"a","fields":"f"}})", "'search': 'fields': expected a list of 1 to 32 fields, found \"f\""},
    {R"({"search":{"text":"a","fields":[]}})",
     "'search': 'fields': expected a list of 1 to 32 fields, found an empty list"},
    {R"({"search":{"text":"a","fields":[5]}})", MKDB_TEST_SEARCHED "found 5"},
    {R"({"search":{"text":"a","fields":[""]}})", MKDB_TEST_SEARCHED "found \"\""},
    {R"({"search":{"text":"a","fields":["^2"]}})", MKDB_TEST_SEARCHED "found \"^2\""},
    {R"({"search":{"text":"a","fields":["f^"]}})", MKDB_TEST_SEARCHED "found \"f^\""},
    {R"({"search":{"text":"a","fields":["f^0"]}})", MKDB_TEST_SEARCHED "found \"f^0\""},
    {R"({"search":{"text":"a","fields":["f^-1"]}})", MKDB_TEST_SEARCHED "found \"f^-1\""},
    {R"({"search":{"text":"a","fields":["f^nan"]}})", MKDB_TEST_SEARCHED "found \"f^nan\""},
    {R"({"search":{"text":"a","fields":["f^1e9"]}})", MKDB_TEST_SEARCHED "found \"f^1e9\""},
    {R"({"search":{"text":"a","fields":["f^1e-310"]}})", MKDB_TEST_SEARCHED "found \"f^1e-310\""},
    {R"({"filter":5,"search":{"text":"a","fields":["f"]}})", "'filter': expected a filter, found 5"},
    {R"({"filter":{"search":{"text":"a","fields":["f"]}}})", "'search': expected beside 'filter', found in it"},
    {R"({"search":{"text":"a","fields":["f"]},"g":1})", "'g' beside 'filter': " MKDB_TEST_AROUND},
    {R"({"search":{"text":"a","fields":["f^2x"]}})", MKDB_TEST_SEARCHED "found \"f^2x\""},
    {R"({"search":{"text":"a","fields":["_id"]}})", MKDB_TEST_SEARCHED "found \"_id\""},
    {R"({"search":{"text":"a","fields":["f","f^2"]}})", "'search': field 'f': named twice"},
    {R"({"search":{"text":"a","fields":["f"],"match":"some"}})",
     "'search': 'match': expected \"any\" or \"all\", found \"some\""},
    {R"({"search":{"text":"a","fields":["f"],"highlight":1}})",
     "'search': 'highlight': expected true or false, found 1"},
    {R"({"search":{"text":"a","fields":["f"],"fuzzy":1}})",
     "'search': unknown key 'fuzzy', expected text, fields, match or highlight"},
    {R"({"filter":{},"search":"a"})", "'search': expected an object with text and fields, found \"a\""},
    {R"({"filter":{},"search":{"text":"a","fields":["f"]},"sort":"g"})", MKDB_TEST_BEST_FIRST},
    {R"({"filter":{},"search":{"text":"a","fields":["f"]},"cursor":"{}"})", MKDB_TEST_BEST_FIRST},
    {R"({"filter":{},"count_only":1})", "'count_only': expected true or false, found 1"},
    {R"({"filter":{},"count_only":"yes"})", "'count_only': expected true or false, found \"yes\""},
    {R"({"filter":{},"aggregate":"count"})",
     "'aggregate': expected an object with 'metrics' and perhaps 'group_by', found \"count\""},
    {R"({"filter":{},"aggregate":{"by":"a"}})",
     "'aggregate': expected an object with 'metrics' and perhaps 'group_by', found 'by'"},
    {R"({"filter":{},"aggregate":{}})", "'aggregate': 'metrics': expected 1 to 32 of them, found 0"},
    {R"({"filter":{},"aggregate":{"group_by":"a"}})", "'aggregate': 'metrics': expected 1 to 32 of them, found 0"},
    {R"({"filter":{},"aggregate":{"metrics":{}}})", "'aggregate': 'metrics': expected 1 to 32 of them, found 0"},
    {R"({"filter":{},"aggregate":{"metrics":["count"]}})",
     "'aggregate': 'metrics': expected an object of named metrics, found a list"},
    {R"({"filter":{},"aggregate":{"group_by":["a"],"metrics":{"n":"count"}}})",
     "'aggregate': 'group_by': expected a field's name, found a list"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":"sum"}}})", "'aggregate': 'n': " MKDB_TEST_METRIC ", found \"sum\""},
    {R"({"filter":{},"aggregate":{"metrics":{"n":5}}})", "'aggregate': 'n': " MKDB_TEST_METRIC ", found 5"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{}}}})",
     "'aggregate': 'n': " MKDB_TEST_METRIC ", found an empty object"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"median":"a"}}}})",
     "'aggregate': 'n': " MKDB_TEST_METRIC ", found 'median'"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"sum":"a","avg":"a"}}}})",
     "'aggregate': 'n': " MKDB_TEST_METRIC ", found 'avg'"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"sum":5}}}})",
     "'aggregate': 'n': 'sum': expected a field's name, found 5"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"sum":""}}}})",
     "'aggregate': 'n': 'sum': expected a field's name, found \"\""},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"histogram":"a"}}}})",
     "'aggregate': 'n': a histogram, and nothing else, has an 'interval'"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"sum":"a","interval":5}}}})",
     "'aggregate': 'n': a histogram, and nothing else, has an 'interval'"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"histogram":"a","interval":0}}}})",
     "'aggregate': 'n': 'interval': expected a number above 0, found 0"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"histogram":"a","interval":-1.5}}}})",
     "'aggregate': 'n': 'interval': expected a number above 0, found -1.5"},
    {R"({"filter":{},"aggregate":{"metrics":{"n":{"histogram":"a","interval":"1"}}}})",
     "'aggregate': 'n': 'interval': expected a number above 0, found \"1\""},
    {R"({"filter":{},"limit":5,"aggregate":{"metrics":{"n":"count"}}})", "'aggregate': " MKDB_TEST_ALL},
    {R"({"filter":{},"sort":"a","aggregate":{"metrics":{"n":"count"}}})", "'aggregate': " MKDB_TEST_ALL},
    {R"({"filter":{},"hydrate":true,"aggregate":{"metrics":{"n":"count"}}})", "'aggregate': " MKDB_TEST_ALL},
    {R"({"filter":{},"fields":[],"aggregate":{"metrics":{"n":"count"}}})", "'aggregate': " MKDB_TEST_ALL},
    {R"({"filter":{},"cursor":5})", "'cursor': expected what an answer gave as next_cursor, found 5"},
    {R"({"filter":{},"cursor":{}})", "'cursor': expected what an answer gave as next_cursor, found an empty object"},
    {R"({"filter":{},"cursor":"x"})", "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"cursor":""})", "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"cursor":"{}"})", "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"cursor":"{\"created\":-1}"})", "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"cursor":"{\"created\":\"1\"}"})", "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"sort":"n","cursor":"{\"sort\":[\"+n\"],\"values\":[[1]]}"})",
     "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"sort":"n","cursor":"{\"sort\":[\"+n\"],\"values\":[],\"id\":\"a\"}"})",
     "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"sort":"n","cursor":"{\"sort\":[\"+n\"],\"values\":[1],\"id\":\"a\"}"})",
     "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"sort":"n","cursor":"{\"sort\":[\"+n\"],\"values\":[[1,2]],\"id\":\"a\"}"})",
     "'cursor': expected what an answer gave as next_cursor"},
    {R"({"filter":{},"sort":"n","cursor":"{\"sort\":[\"-n\"],\"values\":[[1]],\"id\":\"a\"}"})",
     "'cursor': is of a query with another 'sort'"},
    {R"({"filter":{},"sort":"n","cursor":"{\"created\":5}"})", "'cursor': is of a query with another 'sort'"},
};

TEST(MalformedFilter, IsRefusedWithFieldOperatorExpectedAndFound) {
    static_assert(std::size(malformed_filters) >= 150);
    for (auto const& tried : malformed_filters) {
        EXPECT_EQ(mkdb_test::refusal(tried.request), std::string("Query syntax error: ") + tried.message)
            << tried.request;
    }
}

TEST(MalformedFilter, IsRefusedWhenNestedTooDeeply) {
    struct nesting {
        std::string name, open, close, place;
    };
    for (auto const& tried :
         {nesting{"$or", R"({"$or":[)", "]}", "$or[0]: "}, nesting{"$not", R"({"$not":)", "}", "$not: "}}) {
        std::string text = R"({"f":1})";
        std::string places;
        for (int i = 0; i < 13; ++i) {
            text = tried.open + text + tried.close;
            places += i < 12 ? tried.place : "";
        }
        EXPECT_EQ(mkdb_test::refusal(text),
                  "Query syntax error: " + places + tried.name + ": filters are nested deeper than the limit of 12");
    }
}

TEST(MalformedFilter, IsRefusedWhenAnExpressionIsLong) {
    EXPECT_EQ(mkdb_test::refusal(R"({"f":{"regex":")" + std::string(1001, 'a') + R"("}})"),
              "Query syntax error: field 'f': operator 'regex': not a regular expression: longer than 1000 bytes");
}

TEST(MalformedFilter, IsRefusedWhenItWouldLookThroughTextsTooOften) {
    std::string parts;
    for (auto const* part : {R"({"f":{"regex":"a"}})", R"({"id":{"regex":"a"}})", R"({"f":{"phrase":"a b"}})",
                             R"({"f":{"fuzzy":"abc"}})"}) {
        for (int i = 0; i < 4; ++i) {
            parts += std::string(part) + ",";
        }
    }
    EXPECT_EQ(mkdb_test::refusal(R"({"$and":[)" + parts + R"({"f":["a"]}]})"), "understood");
    EXPECT_EQ(mkdb_test::refusal(R"({"$and":[)" + parts + R"({"g":{"phrase":"x"}}]})"),
              "Query syntax error: $and[16]: field 'g': operator 'phrase': more than 16 of phrase, fuzzy and regex");
    EXPECT_EQ(
        mkdb_test::refusal(R"({"$or":[)" + parts + R"({"$not":{"id":{"regex":"x"}}}]})"),
        "Query syntax error: $or[16]: $not: field 'id': operator 'regex': more than 16 of phrase, fuzzy and regex");
}

TEST(MalformedFilter, IsRefusedWhenItLooksForTooManyWords) {
    std::string words;
    for (int i = 0; i < 65; ++i) {
        words += "w" + std::to_string(i) + " ";
    }
    auto const with = [&](char const* op) { return R"({"f":{")" + std::string(op) + R"(":")" + words + R"("}})"; };
    EXPECT_EQ(mkdb_test::refusal(with("phrase")),
              "Query syntax error: field 'f': operator 'phrase': expected at most 64 words, found 65");
    EXPECT_EQ(mkdb_test::refusal(with("fuzzy")),
              "Query syntax error: field 'f': operator 'fuzzy': expected at most 32 words, found 65");
    EXPECT_EQ(mkdb_test::refusal(with("contains")), "understood");
}

TEST(MalformedFilter, IsRefusedWhenItSearchesTooMuch) {
    auto const search = [](int words, int fields) {
        std::string text;
        boost::json::array names;
        for (int i = 0; i < words; ++i) {
            text += "w" + std::to_string(i) + " ";
        }
        for (int i = 0; i < fields; ++i) {
            names.emplace_back("f" + std::to_string(i));
        }
        return mkdb_test::refusal(
            boost::json::serialize(boost::json::object{{"search", {{"text", text}, {"fields", names}}}}));
    };
    EXPECT_EQ(search(64, 4), "understood");
    EXPECT_EQ(search(257, 1),
              "Query syntax error: 'search': expected at most 256 words times fields, found 257 times 1");
    EXPECT_EQ(search(8, 32), "understood");
    EXPECT_EQ(search(1, 33), "Query syntax error: 'search': 'fields': expected a list of 1 to 32 fields, found a list");
}

TEST(MalformedFilter, IsRefusedWithTooManyFields) {
    boost::json::array names(257, "a");
    boost::json::object const body{{"filter", boost::json::object()}, {"fields", names}};
    EXPECT_EQ(mkdb::query::parse_request(body, {}, mkdb::text::standard()).error().message,
              "Query syntax error: 'fields': expected at most 256 names, found 257");
    names.pop_back();
    EXPECT_EQ(
        mkdb::query::parse_request({{"filter", boost::json::object()}, {"fields", names}}, {}, mkdb::text::standard())
            ->fields->size(),
        1U);
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
