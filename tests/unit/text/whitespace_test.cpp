#include "unit/text/text_support.hpp"

#include <mkdb/text/whitespace.hpp>

#include <gtest/gtest.h>

namespace {

using mkdb_test::found_term;

TEST(WhitespaceTokenizer, TakesWhatStandsBetweenBlanksAsItIs) {
    EXPECT_EQ(mkdb_test::analyze(mkdb::text::whitespace(), "  The A-1.b\té\n"),
              (std::vector<found_term>{{"The", 2, 5}, {"A-1.b", 6, 11}, {"é", 12, 14}}));
    EXPECT_EQ(mkdb_test::terms(mkdb::text::whitespace(), " \t\n\v\f\r"), "");
    EXPECT_EQ(mkdb_test::terms(mkdb::text::whitespace(), ""), "");
}

TEST(WhitespaceTokenizer, LooksLongWordsUpByTheirBeginning) {
    std::string text(300, 'x');
    text += " y";
    EXPECT_EQ(mkdb_test::terms(mkdb::text::whitespace(), text), text.substr(0, 128).append("|y"));
}

} // namespace
