#include "support/backup_fixture.hpp"
#include "support/log_driver.hpp"

#include <mkdb/store/check.hpp>

#include <gmock/gmock.h>

using namespace mkdb;
using mkdb::test::memory_policies;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// Backups that rot after they were made, and what is mistaken for a backup or for a database.
class BackupRot : public mkdb::test::backup_fixture {};

TEST_F(BackupRot, OfASharedSegmentEndsWithTheNextBackup) {
    fill("parts", 0, 30);
    back_up();
    rot(segments().front());
    EXPECT_FALSE(restore_backup(live.disk, root, "/damaged"));
    EXPECT_EQ(back_up().copied_segments, 1U);
    EXPECT_TRUE(restore_backup(live.disk, "/backups/backup-0000000001", "/old"));
    EXPECT_TRUE(restore_backup(live.disk, "/backups/backup-0000000002", "/new"));
    EXPECT_EQ(back_up().copied_segments, 0U);
}

TEST_F(BackupRot, IsNamedByARestoreTogetherWithTheRemedy) {
    fill("parts", 0, 30);
    back_up();
    auto const segment = segments().front();
    rot(segment);
    auto const refused = restore_backup(live.disk, root, "/damaged");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr(segment), HasSubstr("next backup into the same directory copies it anew"),
                      HasSubstr("mkdb check")));
}

TEST_F(BackupRot, IsNotMadeByOpeningAGenerationAsADatabase) {
    fill("parts", 0, 30);
    auto const made = back_up().directory;
    auto const before = mkdb::testing::snapshot(live.disk, root);
    auto const opened = database::open(made, {.background_flush = false}, {live.disk, live.clock, random::seeded(7)});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::invalid_argument);
    EXPECT_THAT(opened.error().message,
                AllOf(HasSubstr("is a generation of a backup, not a database"), HasSubstr("mkdb restore")));
    auto const checked = check_database<memory_policies>(made, {}, {live.disk, live.clock, random::seeded(8)});
    EXPECT_EQ(checked.error().code, errc::invalid_argument);
    EXPECT_EQ(mkdb::testing::snapshot(live.disk, root), before);
    EXPECT_TRUE(restore_backup(live.disk, root, "/restored"));
}

TEST_F(BackupRot, IsNotWhatARestoreSaysOfPlacesThatAreNoBackup) {
    fill("parts", 0, 1);
    live.disk.create_directories("/empty").value();
    auto const refusal = [&](char const* from) { return restore_backup(live.disk, from, "/target").error().message; };
    EXPECT_THAT(refusal("/nowhere"), HasSubstr("/nowhere does not exist"));
    EXPECT_THAT(refusal("/db/"), HasSubstr("/db is a database, not a backup"));
    EXPECT_THAT(refusal("/empty"), HasSubstr("/empty is no backup"));
    back_up();
    live.disk.create_directories("/backups/backup-0000000002/stores").value();
    EXPECT_THAT(refusal("/backups/backup-0000000002"), HasSubstr("this backup was never finished"));
    live.disk.remove("/backups/backup-0000000001/backup.json").value();
    EXPECT_THAT(refusal(root), HasSubstr("/backups holds no finished backup"));
}

TEST_F(BackupRot, DoesNotBeginAmongTheFilesOfTheDatabase) {
    fill("parts", 0, 1);
    auto const before = mkdb::testing::snapshot(live.disk, "/db");
    for (std::string const place : {"/db", "/db/", "/elsewhere/../db", "/db/stores", "/db/stores/parts/backups"}) {
        auto const refused = live->backup(place);
        ASSERT_FALSE(refused) << place;
        EXPECT_EQ(refused.error().code, errc::invalid_argument);
        EXPECT_THAT(refused.error().message, HasSubstr(place));
        EXPECT_EQ(mkdb::testing::snapshot(live.disk, "/db"), before);
    }
    EXPECT_TRUE(live->backup("/db/backups")) << "where a server keeps its own by default";
    EXPECT_TRUE(live->backup("/database"));
}
