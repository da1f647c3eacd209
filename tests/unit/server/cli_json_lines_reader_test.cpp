#include "cli/json_lines_reader.hpp"

#include "cli_reader_support.hpp"

#include <gmock/gmock.h>

using namespace mkdb::cli;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

std::vector<std::string> lines_of(std::string const& text, std::size_t piece, std::size_t limit = 1000) {
    auto input = test::input_of(text, piece);
    json_lines_reader reader(input, limit);
    return test::all_of(reader);
}

} // namespace

TEST(JsonLinesReader, FindsALineWhateverItEndsWithAndSkipsBlankOnes) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(lines_of("{\"a\":1}\r\n\n   \n\t{\"b\":2} \nnonsense\n{\"c\":3}", piece),
                    ElementsAre("1 {\"a\":1}", "4 {\"b\":2}", "5 nonsense", "6 {\"c\":3}"));
    }
}

TEST(JsonLinesReader, DropsAByteOrderMarkAtTheStartOnly) {
    for (auto const piece : test::pieces) {
        EXPECT_THAT(lines_of("\xEF\xBB\xBF{}\n\xEF\xBB\xBF{}", piece), ElementsAre("1 {}", "2 \xEF\xBB\xBF{}"));
        EXPECT_THAT(lines_of("\xEF\xBB", piece), ElementsAre("1 \xEF\xBB"));
    }
}

TEST(JsonLinesReader, RefusesAHugeLineAndGoesOnAfterIt) {
    std::string const huge(5000, 'x');
    for (auto const piece : test::pieces) {
        EXPECT_THAT(lines_of("{}\n" + huge + "\n{}\n" + huge, piece, 100),
                    ElementsAre("1 {}", StartsWith("2 !the line is larger than 100 bytes"), "3 {}",
                                StartsWith("4 !the line is larger than 100 bytes")));
    }
}

TEST(JsonLinesReader, TakesALineOfJustTheLimit) {
    std::string const line(100, 'x');
    for (auto const piece : test::pieces) {
        EXPECT_THAT(lines_of(line + "\n" + line, piece, 100), ElementsAre("1 " + line, "2 " + line));
    }
}

TEST(JsonLinesReader, FindsNothingInAnEmptyFile) {
    EXPECT_THAT(lines_of("", 1), IsEmpty());
    EXPECT_THAT(lines_of("\n\r\n \n", 1), IsEmpty());
}
