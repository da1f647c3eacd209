#include "cli/migration_report.hpp"

#include <gmock/gmock.h>

using namespace mkdb::cli;
using namespace mkdb::pymkdb;
using testing::HasSubstr;

namespace {

finding found(finding_kind kind, std::string id) {
    return {kind, "parts_001.log", 7, 120, std::move(id), "because"};
}

} // namespace

TEST(MigrationReport, ListsRefusalsFirstAndSaysHowManyMoreThereAre) {
    migration_report report(2);
    auto const store = report.add_store("parts");
    report.add(store, found(finding_kind::left, "l"));
    for (auto const* id : {"a", "b", "c"}) {
        report.add(store, found(finding_kind::refused, id));
    }
    EXPECT_EQ(report.findings_text(), "refused: stores/parts/parts_001.log line 7, offset 120: 'a': because\n"
                                      "refused: stores/parts/parts_001.log line 7, offset 120: 'b': because\n"
                                      "left: stores/parts/parts_001.log line 7, offset 120: 'l': because\n"
                                      "… and 1 more (--max-errors shows more of them)\n");
    EXPECT_EQ(report.refused(), 3U);
    EXPECT_EQ(report.stores()[store].refused, 3U);
}

TEST(MigrationReport, CountsByStoreForPeopleAndPrograms) {
    migration_report report(10);
    auto const store = report.add_store("parts");
    report.stores()[store] = {
        .name = "parts", .migrated = 1234, .refused = 0, .deleted = 5, .unindexed = 2, .verified = 1234};
    EXPECT_THAT(
        report.summary(std::chrono::seconds(2)),
        HasSubstr("Migrated 1,234 records in 2.00 s (617 a second); each was read back and equals its source."));
    auto const json = report.to_json(std::chrono::seconds(2));
    EXPECT_EQ(json.at("migrated").to_number<int>(), 1234);
    EXPECT_EQ(json.at("verified").to_number<int>(), 1234);
    EXPECT_EQ(json.at("stores").as_array().at(0).as_object().at("deleted").to_number<int>(), 5);
}
