#include <mkdb/document/id.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using mkdb::document::check_id;

TEST(Id, MayBeAnyTextOf1To256Bytes) {
    for (auto const& id : {std::string("a"), std::string(256, 'x'), std::string("prod 1/é🙂\"\\$.")}) {
        EXPECT_TRUE(check_id(id)) << id;
    }
}

TEST(Id, IsRefusedWithTheReason) {
    auto const reason = [](std::string_view id) { return check_id(id).error().message; };
    EXPECT_EQ(reason(""), "a record's id must not be empty");
    EXPECT_EQ(reason(std::string(257, 'x')), "a record's id may have at most 256 bytes, this one has 257");
    EXPECT_EQ(reason("\xFF"), "a record's id must be UTF-8");
    EXPECT_EQ(check_id("").error().code, mkdb::errc::invalid_argument);
}

TEST(Id, HasNoControlCharacters) {
    for (auto const& id : {std::string("a\nb"), std::string(1, '\0'), std::string("\x1F"), std::string("\x7F"),
                           std::string("\u0080"), std::string("a\u009F")}) {
        EXPECT_EQ(check_id(id).error().message, "a record's id must not hold control characters");
    }
    EXPECT_TRUE(check_id("\u00A0"));
}

} // namespace
