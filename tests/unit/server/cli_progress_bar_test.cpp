#include "cli/progress_bar.hpp"

#include <mkdb/clock/manual.hpp>

#include <gmock/gmock.h>

using namespace mkdb::cli;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ProgressLine, ShowsShareRecordsRateAndTimeLeft) {
    EXPECT_EQ(progress_line({1500000, 250, 1000}, seconds(30), 80),
              "[########........................]  25 %  1,500,000 records  50,000/s  1:30 left");
}

TEST(ProgressLine, ShowsNoShareOfWhatHasNoKnownEnd) {
    EXPECT_EQ(progress_line({12, 100, {}}, seconds(2), 80), " 12 records  6/s");
    EXPECT_EQ(progress_line({0, 0, 0}, seconds(0), 80), " 0 records  0/s");
}

TEST(ProgressLine, FitsANarrowTerminal) {
    EXPECT_EQ(progress_line({1500000, 250, 1000}, seconds(30), 20), "  25 %  1,500,000 re");
    for (std::size_t width = 1; width < 120; ++width) {
        EXPECT_LE(progress_line({1500000, 250, 1000}, seconds(30), width).size(), width);
    }
}

TEST(ProgressBar, DrawsAtMostTenTimesASecondAndCleansUp) {
    mkdb::clock::manual clock;
    std::vector<std::string> written;
    {
        progress_bar<mkdb::clock::manual> bar([&](std::string_view text) { written.emplace_back(text); }, 80, clock);
        bar.show({1, 1, 10});
        clock.advance(milliseconds(99));
        bar.show({2, 2, 10});
        clock.advance(milliseconds(1));
        bar.show({3, 3, 10});
    }
    EXPECT_THAT(written, ElementsAre(HasSubstr(" 1 records"), HasSubstr(" 3 records"), "\r\x1b[K"));
}

TEST(ProgressBar, WritesNothingWithoutATerminal) {
    mkdb::clock::manual clock;
    progress_bar<mkdb::clock::manual> bar({}, 80, clock);
    bar.show({1, 1, 10});
    clock.advance(seconds(2));
    EXPECT_EQ(bar.elapsed(), seconds(2));
}
