// What every freezable_backend promises: what `freeze` gives is a log of its own, which ends where it was frozen.
#include "support/log_driver.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>
#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/frozen.hpp>
#include <mkdb/storage/memory.hpp>

#include <gtest/gtest.h>

namespace {

using mkdb::testing::append_numbered;
using mkdb::testing::replay_all;

template <class Files>
class FreezableStorage : public ::testing::Test {
protected:
    using environment = mkdb::testing::test_environment<Files>;
    using backend = mkdb::storage::rolling_log::backend<environment>;
    static_assert(mkdb::storage::freezable_backend<backend, typename Files::file>);

    backend open(std::string const& name) {
        return backend::open(world, temporary.path() / name, {.segment_threshold = 2048}).value();
    }

    static bool all(std::string const& /*key*/) { return true; }

    /// Writes the files of a frozen log into a directory.
    void write(mkdb::storage::frozen_log<typename Files::file> const& frozen, std::string const& name) {
        world.files.create_directories(temporary.path() / name).value();
        for (auto const& each : frozen.files) {
            std::string content = each.content;
            if (each.file) {
                content.resize(each.size);
                EXPECT_EQ(each.file->read_at(0, std::as_writable_bytes(std::span(content))).value(), each.size);
            }
            EXPECT_EQ(content.size(), each.size);
            auto made =
                world.files.open(temporary.path() / name / each.name, mkdb::file::open_mode::create_new).value();
            made.write_at(0, mkdb::as_bytes(content)).value();
        }
    }

    mkdb::testing::temporary_directory temporary;
    environment world;
};

using Models = ::testing::Types<mkdb::file::posix, mkdb::file::memory, mkdb::testing::fault_file_system>;
TYPED_TEST_SUITE(FreezableStorage, Models);

TYPED_TEST(FreezableStorage, EndsWhereItWasFrozenThoughTheLogGoesOn) {
    auto log = this->open("log");
    append_numbered(log, 1, 30).value();
    auto const frozen = log.freeze(this->all).value();
    append_numbered(log, 31, 30).value();
    log.sync().value();
    EXPECT_EQ(frozen.last_sequence, 30U);
    this->write(frozen, "copy");
    auto copy = this->open("copy");
    EXPECT_EQ(replay_all(copy).sequences.size(), 30U);
    EXPECT_EQ(copy.last_sequence(), 30U);
    EXPECT_TRUE(copy.recovery().notes.empty());
    EXPECT_TRUE(copy.recovery().quarantined.empty());
    append_numbered(copy, 100, 5).value();
    log.close().value();
    auto again = this->open("log");
    EXPECT_EQ(replay_all(again).sequences.size(), 60U);
}

TYPED_TEST(FreezableStorage, IsReadWhenItsNamesAreGone) {
    auto log = this->open("log");
    append_numbered(log, 1, 100).value();
    auto const frozen = log.freeze(this->all).value();
    for (auto const& each : frozen.files) {
        if (each.file) {
            this->world.files.remove(this->temporary.path() / "log" / each.name).value();
        }
    }
    this->write(frozen, "copy");
    auto copy = this->open("copy");
    EXPECT_EQ(replay_all(copy).sequences.size(), 100U);
}

TYPED_TEST(FreezableStorage, GivesEqualKeysToEqualBytesAndOpensOnlyWhatIsWanted) {
    auto log = this->open("log");
    append_numbered(log, 1, 50).value();
    auto const first = log.freeze(this->all).value();
    append_numbered(log, 51, 10).value();
    auto const second =
        log.freeze([&](std::string const& key) {
               return std::ranges::none_of(first.files, [&](auto const& each) { return each.key == key; });
           })
            .value();
    ASSERT_GT(second.files.size(), first.files.size());
    for (auto const& each : second.files) {
        auto const same = std::ranges::find(first.files, each.name, [](auto const& other) { return other.name; });
        bool const known = same != first.files.end() && !each.key.empty();
        EXPECT_EQ(each.file.has_value(), !known && !each.key.empty()) << each.name;
        EXPECT_TRUE(!known || same->key == each.key) << each.name;
    }
}

TYPED_TEST(FreezableStorage, OfAnEmptyLogIsAnEmptyLog) {
    auto log = this->open("log");
    this->write(log.freeze(this->all).value(), "copy");
    auto copy = this->open("copy");
    EXPECT_TRUE(replay_all(copy).sequences.empty());
    append_numbered(copy, 1, 1).value();
}

TYPED_TEST(FreezableStorage, IsRefusedWhenTheLogIsClosed) {
    auto log = this->open("log");
    log.close().value();
    EXPECT_EQ(log.freeze(this->all).error().code, mkdb::errc::closed);
}

TEST(FreezableModels, AreAllThatTheServerChoosesFrom) {
    using world = mkdb::testing::memory_environment;
    using chosen = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>::backend<world>;
    static_assert(mkdb::storage::freezable_backend<chosen, mkdb::file::memory::file>);
    static_assert(mkdb::storage::freezable_backend<mkdb::storage::memory::backend<world>, mkdb::file::memory::file>);
    world environment;
    auto kept = mkdb::storage::memory::backend<world>::open(environment, "/log", {}).value();
    append_numbered(kept, 1, 3).value();
    auto const frozen = kept.freeze([](std::string const&) { return true; }).value();
    EXPECT_EQ(frozen.last_sequence, 3U);
    EXPECT_TRUE(frozen.files.empty());
}

} // namespace
