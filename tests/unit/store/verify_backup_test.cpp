#include "support/backup_fixture.hpp"

#include <mkdb/store/verify_backup.hpp>

#include <gmock/gmock.h>

using namespace mkdb;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerifyBackup : public mkdb::test::backup_fixture {
protected:
    result<backup_verification> verify(std::string const& place = root) { return verify_backup(live.disk, place); }
};

TEST_F(VerifyBackup, ReadsWhatGenerationsShareOnce) {
    fill("parts", 0, 30);
    auto const bytes = back_up().manifest.bytes();
    auto const copied = back_up().copied_bytes;
    EXPECT_EQ(copied, 0U);
    std::uint64_t read = 0;
    auto const found = verify_backup(live.disk, root, [&](std::uint64_t more) { return read += more, result<>(); });
    ASSERT_EQ(found->generations.size(), 2U);
    EXPECT_TRUE(found->sound());
    EXPECT_EQ(found->generations[1].bytes, bytes);
    EXPECT_GE(read, bytes);
    EXPECT_LT(read, 2 * bytes);
}

TEST_F(VerifyBackup, NamesASharedSegmentInEveryGenerationThatHasIt) {
    fill("parts", 0, 30);
    back_up();
    back_up();
    auto const segment = segments().front();
    rot(segment);
    auto const found = verify().value();
    EXPECT_FALSE(found.sound());
    for (auto const& each : found.generations) {
        ASSERT_EQ(each.faults.size(), 1U);
        EXPECT_EQ(each.faults[0].path, segment);
        EXPECT_TRUE(each.faults[0].shared);
        EXPECT_THAT(each.faults[0].problem, HasSubstr("is damaged"));
    }
}

TEST_F(VerifyBackup, FindsWhatIsMissingCutOrDamagedAndReadsOn) {
    fill("parts", 0, 30);
    auto const made = back_up({.files = {{"config.json", "{}"}}}).directory;
    live.disk.remove(made / "stores/parts/STORE").value();
    rot(made / "config.json");
    live.disk.open(segments().front(), file::open_mode::read_write).value().resize(10).value();
    auto const found = verify(made.string() + "/").value();
    ASSERT_EQ(found.generations.size(), 1U);
    std::map<std::string, std::string> problems;
    for (auto const& each : found.generations[0].faults) {
        problems[each.path] = each.problem;
    }
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems.at(made / "stores/parts/STORE"), "is missing");
    EXPECT_THAT(problems.at(made / "config.json"), HasSubstr("is damaged"));
    EXPECT_THAT(problems.at(segments().front()), HasSubstr("has 10 bytes"));
}

TEST_F(VerifyBackup, TellsAGenerationThatCannotBeReadFromOneThatWasNeverFinished) {
    fill("parts", 0, 1);
    auto const made = back_up().directory;
    live.disk.create_directories("/backups/backup-0000000002").value();
    EXPECT_TRUE(verify()->sound()) << "what was never finished does not count";
    EXPECT_FALSE(verify()->generations[1].finished);
    rot(made / "backup.json");
    EXPECT_FALSE(verify()->sound());
    EXPECT_THAT(verify()->generations[0].problem, HasSubstr("backup.json is damaged"));
}

TEST_F(VerifyBackup, WantsABackup) {
    fill("parts", 0, 1);
    EXPECT_THAT(verify("/nowhere").error().message, HasSubstr("does not exist"));
    EXPECT_THAT(verify("/db").error().message, HasSubstr("is a database, not a backup"));
    live.disk.create_directories("/backups/segments").value();
    EXPECT_THAT(verify().error().message, HasSubstr("holds no finished backup"));
}

TEST_F(VerifyBackup, IsWhatABackupDoesWithTheSegmentsThatItCountsOn) {
    fill("parts", 0, 30);
    back_up();
    auto const segment = segments().front();
    rot(segment);
    EXPECT_THAT(back_up({.verify_earlier = false}).distrusted, IsEmpty()) << "only lengths are looked at";
    auto const report = back_up();
    ASSERT_EQ(report.distrusted.size(), 1U);
    EXPECT_EQ(report.distrusted[0].path, segment);
    EXPECT_THAT(report.distrusted[0].problem, HasSubstr("is damaged"));
    EXPECT_TRUE(report.distrusted[0].copied_anew);
    EXPECT_TRUE(verify()->sound());
}

TEST_F(VerifyBackup, TellsOfASegmentThatTheDatabaseHasNoMore) {
    fill("parts", 0, 30);
    back_up();
    rot(segments().front());
    live->archive_store("parts").value();
    auto const report = back_up();
    ASSERT_EQ(report.distrusted.size(), 1U);
    EXPECT_FALSE(report.distrusted[0].copied_anew);
    EXPECT_FALSE(verify("/backups/backup-0000000001")->sound());
    EXPECT_TRUE(verify("/backups/backup-0000000002")->sound());
}
