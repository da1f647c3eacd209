#include "cli/csv_reader.hpp"

#include "cli_reader_support.hpp"

#include <gmock/gmock.h>

using namespace mkdb::cli;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

std::vector<std::string> rows_of(std::string const& text, std::size_t piece = 3, char delimiter = ',',
                                 std::vector<std::string> text_fields = {}, std::size_t limit = 1000) {
    auto input = test::input_of(text, piece);
    csv_reader reader(input, {delimiter, std::move(text_fields), {}}, limit);
    return test::all_of(reader);
}

} // namespace

TEST(CsvReader, GivesEveryValueTheTypeItLooksLike) {
    EXPECT_THAT(rows_of("a,b,c,d,e,f,g\n1,-2.5,1e3,true,false,text,007\n"),
                ElementsAre(R"(2 {"a":1,"b":-2.5,"c":1e3,"d":true,"e":false,"f":"text","g":"007"})"));
    EXPECT_THAT(rows_of("a,b,c,d,e,f\n+5,1.,.5,TRUE,null,12345678901234567890123\n"),
                ElementsAre(R"(2 {"a":"+5","b":"1.","c":".5","d":"TRUE","e":"null","f":"12345678901234567890123"})"));
    EXPECT_THAT(rows_of("a,b\n18446744073709551615,-\n"), ElementsAre(R"(2 {"a":18446744073709551615,"b":"-"})"));
}

TEST(CsvReader, MakesNoFieldOfNothingAndATextOfEmptyQuotes) {
    EXPECT_THAT(rows_of("a,b,c\n,\"\",  \n"), ElementsAre(R"(2 {"b":""})"));
}

TEST(CsvReader, KeepsTextFieldsText) {
    EXPECT_THAT(rows_of("zip,n\n12345,5\n", 3, ',', {"zip"}), ElementsAre(R"(2 {"zip":"12345","n":5})"));
}

TEST(CsvReader, ReadsQuotesDoubledQuotesAndValuesOverSeveralLines) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(rows_of("a,b\n\"x, \"\"y\"\"\",\"one\r\ntwo\n\"\nz,1\n", piece),
                    ElementsAre(R"(2 {"a":"x, \"y\"","b":"one\r\ntwo\n"})", R"(5 {"a":"z","b":1})"));
    }
}

TEST(CsvReader, TakesAnyLineEndAndSkipsBlankLines) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(rows_of("\r\na,b\r\n\r\n1,2\r\n \n3,4", piece),
                    ElementsAre(R"(4 {"a":1,"b":2})", R"(6 {"a":3,"b":4})"));
    }
}

TEST(CsvReader, TakesAnotherDelimiterAndAByteOrderMark) {
    EXPECT_THAT(rows_of("\xEF\xBB\xBF"
                        "a;b\n1,5;x\n",
                        1, ';'),
                ElementsAre(R"(2 {"a":"1,5","b":"x"})"));
    EXPECT_THAT(rows_of("a\tb\n\t2\n", 1, '\t'), ElementsAre(R"(2 {"b":2})"));
}

TEST(CsvReader, RefusesARowThatDoesNotFitAndGoesOn) {
    EXPECT_THAT(rows_of("a,b\n1\n1,2,3\n4,5\n"),
                ElementsAre("2 !the row has 1 values, the header names 2",
                            "3 !the row has 3 values, the header names 2", R"(4 {"a":4,"b":5})"));
}

TEST(CsvReader, RefusesAStrayQuoteAndGoesOn) {
    EXPECT_THAT(rows_of("a,b\nx\"y,2\n\"x\"y,2\n4,5\n"),
                ElementsAre(StartsWith("2 !a quote stands where none may"),
                            StartsWith("3 !a quote stands where none may"), R"(4 {"a":4,"b":5})"));
}

TEST(CsvReader, TellsWhereAQuoteWasOpenedThatIsNeverClosed) {
    EXPECT_THAT(rows_of("a,b\n1,2\n3,\"x\n4,5\n"), ElementsAre(R"(2 {"a":1,"b":2})", "3 !a quote is not closed"));
    auto const rows = rows_of("a,b\n3,\"x\n" + std::string(2000, 'y') + "\n4,5\n", 3, ',', {}, 100);
    EXPECT_THAT(rows, ElementsAre(StartsWith("2 !the row is larger than 100 bytes"), R"(4 {"a":4,"b":5})"));
}

TEST(CsvReader, NeedsAHeaderThatNamesEveryFieldOnce) {
    EXPECT_THAT(rows_of("a,,c\n1,2,3\n"), ElementsAre("error column 2 of the header has no name"));
    EXPECT_THAT(rows_of("a,b,a\n1,2,3\n"), ElementsAre("error the header names 'a' twice"));
    EXPECT_THAT(rows_of("a,\"b\n"), ElementsAre("error the header row cannot be read: a quote is not closed"));
    EXPECT_THAT(rows_of(""), IsEmpty());
    EXPECT_THAT(rows_of("a,b\n"), IsEmpty());
}
