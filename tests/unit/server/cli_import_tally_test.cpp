#include "cli/import_tally.hpp"

#include <mkdb/document/write.hpp>

#include <gmock/gmock.h>

using namespace mkdb::cli;
using std::chrono::milliseconds;

namespace {

import_tally& filled(import_tally& tally) {
    for (int i = 0; i < 1234; ++i) {
        tally.stored();
    }
    tally.refused(9, "late");
    tally.refused(2, "early");
    tally.refused(1, "beyond what is kept");
    return tally;
}

} // namespace

TEST(ImportTally, SumsUpForPrograms) {
    import_tally tally(2);
    EXPECT_EQ(mkdb::document::to_json(filled(tally).to_json(milliseconds(500))),
              R"({"imported":1234,"refused":3,"seconds":0.5,"records_per_second":2468,)"
              R"("errors":[{"line":2,"reason":"early"},{"line":9,"reason":"late"}]})");
}

TEST(ImportTally, SumsUpForPeople) {
    import_tally tally(2);
    EXPECT_EQ(filled(tally).summary(milliseconds(500)),
              "Imported 1,234 records in 0.50 s (2,468 a second), refused 3.");
    EXPECT_EQ(tally.refusals_text(), "line 2: early\nline 9: late\n… and 1 more (--max-errors shows more of them)\n");
    EXPECT_EQ(import_tally(2).summary(milliseconds(0)), "Imported 0 records in 0.00 s (0 a second).");
}

TEST(ImportTally, ListsNothingWhenAskedTo) {
    import_tally tally(0);
    EXPECT_EQ(filled(tally).refusals_text(), "");
    EXPECT_EQ(tally.refused_count(), 3U);
}
