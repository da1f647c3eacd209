#include <mkdb/store/backup_manifest.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace mkdb;

TEST(BackupManifest, ReadsWhatItWrites) {
    backup_manifest const made{
        .generation = 7,
        .created_ms = 1700000000123,
        .stores = {{"parts", {5, 0}}, {"x", {}}},
        .files = {{"stores/parts/STORE", 3, "aa"}, {"stores/parts/p000/segment-1", 1ULL << 40, "bb", "ab-cd"}}};
    EXPECT_EQ(parse_backup(encode_backup(made)).value(), made);
}

TEST(BackupManifest, IsReadThoughItWasMadeUnderAClockOfBefore1970) {
    EXPECT_EQ(parse_backup(encode_backup({.created_ms = -5})).value().created_ms, -5);
}

TEST(BackupManifest, RefusesAPathThatLeavesTheDirectory) {
    for (std::string const path : {"", "/etc/passwd", "../x", "a/../../x", "a/./b", "a/"}) {
        auto const content = encode_backup({.files = {{path, 1, "aa"}}});
        EXPECT_FALSE(parse_backup(content)) << path;
    }
    EXPECT_FALSE(parse_backup(encode_backup({.files = {{"a", 1, "aa", "../key"}}})));
}

TEST(BackupManifest, RefusesOfANewerVersionAndWhatIsNone) {
    EXPECT_EQ(parse_backup("").error().code, errc::corrupt_file);
    EXPECT_EQ(parse_backup("{}\n").error().code, errc::corrupt_file);
    auto const signed_as = [](std::string text) { return text + R"(,"digest":")" + digest_text(text) + "\"}\n"; };
    EXPECT_EQ(parse_backup(signed_as(R"({"format":"mkdb-backup","version":2,"generation":1)")).error().code,
              errc::format_newer);
    EXPECT_EQ(parse_backup(signed_as(R"({"format":"other","version":1)")).error().code, errc::format_unknown);
    EXPECT_EQ(parse_backup(signed_as(R"({"format":"mkdb-backup","version":1)")).error().code, errc::corrupt_file);
}
