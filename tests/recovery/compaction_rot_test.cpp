// Damage in what is compacted: never given new checksums, never a reason to lose anything else.
#include "support/compacting_store.hpp"

#include <mkdb/file/whole_file.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace {

using namespace mkdb::testing;
using mkdb::errc;

/// A store with one flipped byte in one of its sealed segments.
class rotten_store {
public:
    enum class parity { none, made };

    explicit rotten_store(std::uint64_t seed, parity made = parity::none)
        : chance_(seed), with_(fault_file_system(seed), eager()) {
        expected_ = fill_for_compaction(with_);
        if (made == parity::made) {
            EXPECT_TRUE(with_.store->scrub()) << "makes it";
        }
        auto const all = segments();
        victim_ = all[chance_() % (all.size() - 1)];
        auto file = with_.disk.open(victim_, mkdb::file::open_mode::read_write).value();
        auto const first = mkdb::log::segment_data_start;
        auto const at = first + chance_() % (file.size().value() - first - sizeof(mkdb::log::segment_footer));
        std::array<std::byte, 1> byte{};
        file.read_at(at, byte).value();
        byte[0] ^= std::byte{0x10};
        file.write_at(at, byte).value();
        file.sync().value();
    }

    /// Whether the compaction came upon the damage; a segment that is not worth a rewrite is not looked at.
    bool compact() {
        auto const report = with_.store->compact();
        EXPECT_TRUE(report) << report.error().message;
        EXPECT_THAT(segments(), testing::Contains(victim_)) << "what is damaged stays";
        bool const met = with_.store->statistics().compaction.segments_set_aside == 1;
        if (met) {
            EXPECT_THAT(report->notes, testing::Contains(testing::HasSubstr(victim_.filename().string())));
        }
        EXPECT_GT(report->segments_in, 0U) << "the others are compacted";
        return met;
    }

    /// Whether the compaction came upon the damage, which cost nothing.
    bool compact_protected() {
        auto const report = with_.store->compact();
        EXPECT_TRUE(report) << report.error().message;
        auto const now = with_.store->statistics();
        EXPECT_EQ(now.compaction.segments_set_aside, 0U);
        EXPECT_EQ(now.storage.unrecoverable_segments, 0U);
        EXPECT_EQ(with_.all(), expected_);
        return now.storage.healed_segments > 0;
    }

    /// Every record is as it was written, or is an error. Only where damage took a key, so that opening can only say
    /// that something is lost, an older version may stand for a newer one.
    void expect_no_wrong_bytes() const {
        for (int i = 0; i < 23; ++i) {
            auto const id = "id" + std::to_string(i);
            auto const found = with_.store->read(id);
            auto const written = expected_.find(id);
            bool const right = written != expected_.end() && found && found->json == written->second;
            bool const absent = !found && written == expected_.end();
            bool const damaged = !found && found.error().code == errc::corrupt_record;
            bool const older = lost_a_key() && (!found || was_written(found->json));
            EXPECT_TRUE(right || absent || damaged || older) << id;
        }
    }

    void reopen() { with_.open(); }

    /// The parity of the damaged segment cannot be had when the process that follows a crash opens the store, and can
    /// again when it is open. Returns whether anything counted as lost meanwhile.
    bool restart_without_parity() {
        auto const name = "parity-" + victim_.filename().string().substr(std::string_view("segment-").size());
        auto const path = compacting_store::log_directory / name;
        auto const bytes = mkdb::file::read_whole(with_.disk, path).value();
        with_.disk.remove(path).value();
        with_.disk.sync_directory(compacting_store::log_directory).value();
        with_.cut_power(kept_bytes::all, kept_names::all, 1);
        auto file = with_.disk.open(path, mkdb::file::open_mode::create_new).value();
        file.write_at(0, mkdb::as_bytes(bytes)).value();
        file.sync().value();
        with_.disk.sync_directory(compacting_store::log_directory).value();
        return !with_.store->recovery().front().lost.empty();
    }

    void compact_whatever_there_is() { EXPECT_TRUE(with_.store->compact()); }
    void scrub() { EXPECT_TRUE(with_.store->scrub()); }
    void expect_everything() const { EXPECT_EQ(with_.all(), expected_); }

private:
    static mkdb::store_options eager() {
        mkdb::store_options chosen;
        chosen.compaction_dead_ratio = 0;
        return chosen;
    }

    [[nodiscard]] std::vector<std::filesystem::path> segments() const {
        std::vector<std::filesystem::path> found;
        for (auto const& name : with_.disk.list(compacting_store::log_directory).value()) {
            if (name.starts_with("segment-")) {
                found.push_back(compacting_store::log_directory / name);
            }
        }
        return found;
    }

    [[nodiscard]] bool lost_a_key() const {
        auto const& lost = with_.store->recovery().front().lost;
        return std::ranges::any_of(lost, [](auto const& each) { return each.id.empty(); });
    }

    [[nodiscard]] static bool was_written(std::string const& json) {
        for (std::uint64_t i = 0; i < 60; ++i) {
            if (json == compacting_store::text_of(i)) {
                return true;
            }
        }
        return false;
    }

    std::mt19937_64 chance_;
    compacting_store with_;
    compacting_store::content expected_;
    std::filesystem::path victim_;
};

TEST(CompactionRot, ADamagedSegmentIsLeftInPlaceAndNamedAndTheOthersAreCompacted) {
    int met = 0;
    for (std::uint64_t seed = 1; seed <= 1000 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        rotten_store store(seed);
        met += store.compact() ? 1 : 0;
        store.expect_no_wrong_bytes();
        store.reopen();
        store.expect_no_wrong_bytes();
        static_cast<void>(store.compact());
        store.expect_no_wrong_bytes();
    }
    EXPECT_GT(met, 500);
}

TEST(CompactionRot, WhatIsHealedTooLateForAnOpeningIsThereAtTheNext) {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 24 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        rotten_store store(seed, rotten_store::parity::made);
        lost += store.restart_without_parity() ? 1 : 0;
        if (seed % 2 == 0) {
            store.scrub();
        }
        if (seed % 3 != 0) {
            store.compact_whatever_there_is();
        }
        store.reopen();
        store.expect_everything();
        store.compact_whatever_there_is();
        store.reopen();
        store.expect_everything();
    }
    EXPECT_GT(lost, 5);
}

TEST(CompactionRot, ADamagedSegmentWithParityIsHealedAndCompacted) {
    int met = 0;
    auto const seeds = std::getenv("MKDB_FULL_TESTS") != nullptr ? 1000U : 150U;
    for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        rotten_store store(seed, rotten_store::parity::made);
        met += store.compact_protected() ? 1 : 0;
        store.reopen();
        store.expect_no_wrong_bytes();
        static_cast<void>(store.compact_protected());
    }
    EXPECT_GT(met, 50);
}

} // namespace
