#include "cli/json_array_reader.hpp"

#include "cli_reader_support.hpp"

#include <gmock/gmock.h>

using namespace mkdb::cli;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

std::vector<std::string> elements_of(std::string const& text, std::size_t piece, std::size_t limit = 1000) {
    auto input = test::input_of(text, piece);
    json_array_reader reader(input, limit);
    return test::all_of(reader);
}

} // namespace

TEST(JsonArrayReader, FindsElementsAndTheLinesTheyBeginOn) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(elements_of("\n[ {\"a\":[1,[2,{\"b\":3}]]} ,\n\n {\"c\":\"]},[\"}\n]\n", piece),
                    ElementsAre("2 {\"a\":[1,[2,{\"b\":3}]]} ", "4 {\"c\":\"]},[\"}\n"));
    }
}

TEST(JsonArrayReader, IsNotMisledByQuotesInStrings) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(elements_of(R"([{"a":"\""},{"b":"\\"},{"c":"\\\"]"}])", piece),
                    ElementsAre(R"(1 {"a":"\""})", R"(1 {"b":"\\"})", R"(1 {"c":"\\\"]"})"));
    }
}

TEST(JsonArrayReader, HandsOutWhatIsNoObjectForOthersToRefuse) {
    EXPECT_THAT(
        elements_of(R"([1,"x",,null,{]},{}])", 3),
        ElementsAre("1 1", "1 \"x\"", "1 ", "1 null", "1 {]", testing::HasSubstr("was expected after an element")));
}

TEST(JsonArrayReader, TakesAnEmptyArray) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(elements_of(" [ \n ] ", piece), IsEmpty());
    }
}

TEST(JsonArrayReader, TellsWhatIsWrongWithTheArrayItself) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(elements_of("", piece), ElementsAre("1 !the file is empty, a JSON array was expected"));
        EXPECT_THAT(elements_of("[{}", piece), ElementsAre("1 !the file ends inside an element that begins on line 1"));
        EXPECT_THAT(elements_of("[{} ", piece),
                    ElementsAre("1 !the file ends inside an element that begins on line 1"));
        EXPECT_THAT(elements_of("[{},", piece), ElementsAre("1 {}", "1 !the array is not closed by ']'"));
        EXPECT_THAT(elements_of("[{}]\n7", piece),
                    ElementsAre("1 {}", "2 !something follows the array; it was not read"));
        EXPECT_THAT(elements_of("[{\"a\n\":\"b", piece), ElementsAre(StartsWith("2 !the file ends inside an element")));
        EXPECT_THAT(elements_of("{}", piece), ElementsAre(StartsWith("error the file does not begin with '['")));
    }
}

TEST(JsonArrayReader, RefusesAHugeElementAndGoesOnAfterIt) {
    auto const huge = "{\"a\":\"" + std::string(5000, '[') + "\"}";
    for (auto const piece : test::pieces) {
        EXPECT_THAT(elements_of("[{},\n" + huge + ",{}]", piece, 100),
                    ElementsAre("1 {}", StartsWith("2 !the element is larger than 100 bytes"), "2 {}"));
    }
}
