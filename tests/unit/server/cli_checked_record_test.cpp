#include "cli/checked_record.hpp"

#include <gmock/gmock.h>

using namespace mkdb::cli;
using testing::HasSubstr;

namespace {

std::string id_of(std::string_view json, std::string_view field = "_id") {
    return check_record(json, field).value().id;
}

std::string refusal_of(std::string_view json, std::string_view field = "_id") {
    return check_record(json, field).error().message;
}

} // namespace

TEST(CheckedRecord, TakesTheIdFromTheFieldThatIsNamed) {
    EXPECT_EQ(id_of(R"({"_id":"a","n":1})"), "a");
    EXPECT_EQ(id_of(R"({"_id":"a","sku":17})", "sku"), "17");
    EXPECT_EQ(id_of(R"({"sku":18446744073709551615})", "sku"), "18446744073709551615");
}

TEST(CheckedRecord, LeavesItToTheDatabaseWhenThereIsNone) {
    EXPECT_EQ(id_of(R"({"n":1})"), "");
    EXPECT_EQ(id_of(R"({"_id":null})"), "");
    EXPECT_EQ(id_of(R"({"_id":""})"), "");
}

TEST(CheckedRecord, RefusesAnIdThatCannotBeOne) {
    EXPECT_THAT(refusal_of(R"({"_id":1.5})"), HasSubstr("'_id' must be a text or an integer"));
    EXPECT_THAT(refusal_of(R"({"_id":["a"]})"), HasSubstr("'_id' must be a text or an integer"));
    EXPECT_THAT(refusal_of(R"({"_id":"a\nb"})"), HasSubstr("control characters"));
    EXPECT_THAT(refusal_of("{\"_id\":\"" + std::string(257, 'a') + "\"}"), HasSubstr("256"));
}

TEST(CheckedRecord, RefusesEveryKindOfBadJson) {
    EXPECT_THAT(refusal_of(""), HasSubstr("ends too early"));
    EXPECT_THAT(refusal_of("{\"a\":1"), HasSubstr("ends too early"));
    EXPECT_THAT(refusal_of("{'a':1}"), HasSubstr("offset 1"));
    EXPECT_THAT(refusal_of("[1]"), HasSubstr("must be an object"));
    EXPECT_THAT(refusal_of("{} {}"), HasSubstr("after its value"));
    EXPECT_THAT(refusal_of("{\"a\":1e999}"), HasSubstr("offset"));
    EXPECT_THAT(refusal_of("{\"a\":123456789012345678901}"), HasSubstr("offset"));
    EXPECT_THAT(refusal_of("{\"a\":\"\xFF\"}"), HasSubstr("offset"));
    EXPECT_THAT(refusal_of("{\"a\":" + std::string(70, '[') + std::string(70, ']') + "}"), HasSubstr("deeper than 64"));
}
