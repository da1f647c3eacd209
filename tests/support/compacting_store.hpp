#pragma once

#include "fault_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mkdb::testing {

/// A store of one partition, unless the settings ask for more, in tiny segments, over a disk that fails and forgets
/// where a test wants it to.
class compacting_store {
public:
    using database = test::fault_database;
    using store_type = database::store;
    using content = std::map<std::string, std::string>; ///< Text by id.

    static inline std::filesystem::path const log_directory = "/db/stores/s/p000";

    compacting_store(fault_file_system on, store_options settings, std::uint64_t threshold = 1024)
        : disk(std::move(on)), options_(std::move(settings)), threshold_(threshold) {
        options_.partitions = std::max(options_.partitions, 1U);
        open();
    }

    /// Opens the store, or makes it. Nothing runs in the background.
    void open() {
        auto const opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
    }

    [[nodiscard]] result<> try_open() {
        end();
        MKDB_TRY_ASSIGN(data_, database::open("/db",
                                              {.on_event = [this](event const& seen) { events.push_back(seen); },
                                               .background_flush = false},
                                              {disk, {}, mkdb::random::seeded(++openings_)}));
        MKDB_TRY_ASSIGN(bool const there, disk.exists("/db/stores/s/STORE"));
        MKDB_TRY_ASSIGN(store, there ? data_->open_store("s", options_, {threshold_})
                                     : data_->create_store("s", options_, {threshold_}));
        return {};
    }

    /// The power goes: the disk is what that left of it, and nothing runs.
    void lose_power(kept_bytes bytes, kept_names names, std::uint64_t seed) {
        auto left = disk.after_power_cut(bytes, names, seed);
        // The old process is gone: what it would still do must not reach the disk that is taken up.
        end();
        disk = fault_file_system::holding(std::move(left), seed);
    }

    /// The machine after a power cut, with what that left of the disk.
    void cut_power(kept_bytes bytes, kept_names names, std::uint64_t seed) {
        lose_power(bytes, names, seed);
        open();
    }

    [[nodiscard]] result<write_outcome> put(std::string id, std::uint64_t number) {
        return store->write({.id = std::move(id), .delta = mkdb::test::object(text_of(number))});
    }

    [[nodiscard]] static std::string text_of(std::uint64_t number) {
        return "{\"n\":" + std::to_string(number) + ",\"pad\":\"" + std::string(20 + number * 13 % 70, 'x') + "\"}";
    }

    [[nodiscard]] content all() const {
        content found;
        auto const damaged = store->for_each([&](record const& each) {
            found[each.id] = each.json;
            return true;
        });
        EXPECT_TRUE(damaged && *damaged == 0);
        return found;
    }

    /// Names in the directory of the log that neither the manifest nor its own files account for.
    [[nodiscard]] std::vector<std::string> strangers() {
        std::vector<std::string> unknown;
        auto const listed = store->statistics().storage.segments;
        std::uint64_t segments = 0;
        for (auto const& name : disk.list(log_directory).value()) {
            bool const parity_of_one =
                name.starts_with("parity-") && disk.exists(log_directory / ("segment-" + name.substr(7))).value();
            if (name.starts_with("segment-")) {
                ++segments;
            } else if (parity_of_one) {
                continue;
            } else if (name != "CURRENT" && name != "quarantine" && name != "checkpoint" &&
                       !name.starts_with("manifest-")) {
                unknown.push_back(name);
            }
        }
        return segments == listed ? unknown : std::vector<std::string>{std::to_string(segments) + " segments"};
    }

    fault_file_system disk;
    std::vector<event> events;
    std::shared_ptr<store_type> store;

private:
    void end() {
        store.reset();
        data_.reset();
    }

    store_options options_;
    std::uint64_t threshold_;
    std::uint64_t openings_ = 0;
    std::unique_ptr<database> data_;
};

/// Something dead, something live and something deleted in every segment.
inline compacting_store::content fill_for_compaction(compacting_store& with) {
    compacting_store::content expected;
    for (std::uint64_t i = 0; i < 60; ++i) {
        auto const id = "id" + std::to_string(i * 7 % 23);
        EXPECT_TRUE(with.put(id, i));
        expected[id] = compacting_store::text_of(i);
        if (i % 5 == 4) {
            auto const gone = "id" + std::to_string(i % 11);
            EXPECT_TRUE(with.store->erase({.id = gone}));
            expected.erase(gone);
            EXPECT_TRUE(with.store->flush());
        }
    }
    return expected;
}

} // namespace mkdb::testing
