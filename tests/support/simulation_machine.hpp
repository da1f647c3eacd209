#pragma once

#include "fault_database.hpp"
#include "simulation_model.hpp"
#include "simulation_scheduler.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// A computer with one database of one store, that can be started, stopped, killed and cut from its power.
class simulation_machine {
public:
    using database = test::fault_database;
    using store_type = database::store;
    using log_options = storage::rolling_log::options;

    static inline std::filesystem::path const store_directory = "/db/stores/s";
    static inline std::filesystem::path const backups = "/backups";

    explicit simulation_machine(std::uint64_t seed) : disk(seed), seed_(seed) {}

    /// Starts the process. Errors: those of opening; then nothing runs.
    [[nodiscard]] result<> start(store_options const& settings, log_options const& log) {
        events.clear();
        changes_told = 0;
        auto outcome = start_on(settings, log);
        if (!outcome) {
            vanish();
        }
        return outcome;
    }

    /// Ends the process in good order. Errors: those of closing; it is gone anyway.
    [[nodiscard]] result<> stop() {
        auto closed = data->close();
        vanish();
        return closed;
    }

    /// The process dies at once. What waited for the disk meets one that fails.
    void kill(std::mt19937_64& chance) {
        disk.plan() = {.fail_at = 1, .sticky = true};
        executor.run_all(chance);
        vanish();
        disk.plan() = {};
    }

    /// The power goes, and what that leaves of the disk is there after the restart.
    void cut_power(kept_bytes bytes, kept_names names, std::mt19937_64& chance) {
        auto left = disk.after_power_cut(bytes, names, chance());
        kill(chance);
        disk = fault_file_system::holding(std::move(left), chance());
    }

    [[nodiscard]] clock::monotonic_time now() const { return clock.monotonic(); }

    /// Every record of the store, with what is wrong if it cannot be read as a whole.
    [[nodiscard]] static result<known_content> content_of(store_type const& from) {
        known_content all;
        MKDB_TRY_ASSIGN(auto const damaged, from.for_each([&](record const& each) {
            all[each.id] = {document::parse_object(each.json).value(), each.revision, 0};
            return true;
        }));
        return damaged == 0 ? result<known_content>(std::move(all))
                            : fail(errc::corrupt_record, std::to_string(damaged) + " damaged records");
    }

    /// Paths of the segments that are sealed, by their last 128 bytes.
    [[nodiscard]] std::vector<std::filesystem::path> sealed_segments(std::uint32_t partitions) {
        constexpr std::uint64_t footer_size = 128;
        std::vector<std::filesystem::path> sealed;
        for (std::uint32_t number = 0; number < partitions; ++number) {
            auto const directory = store_directory / partition_directory(number);
            for (auto const& name : disk.list(directory).value()) {
                if (!name.starts_with("segment-")) {
                    continue;
                }
                auto const file = disk.open(directory / name, file::open_mode::read_only).value();
                auto const size = file.size().value();
                std::string magic(8, '\0');
                if (size >= footer_size &&
                    file.read_at(size - footer_size, std::as_writable_bytes(std::span(magic))).value() == 8 &&
                    magic == "MKDB.END") {
                    sealed.push_back(directory / name);
                }
            }
        }
        return sealed;
    }

    fault_file_system disk;
    clock::manual clock;
    simulated_executor executor;
    std::shared_ptr<simulated_timer> timer = std::make_shared<simulated_timer>(clock);
    std::vector<event> events;
    std::uint64_t changes_told = 0; ///< To the listener, since the start.
    std::uint64_t last_told = 0;    ///< Sequence of the newest of them.
    bool told_in_order = true;
    std::unique_ptr<database> data;
    std::shared_ptr<store_type> store;

private:
    [[nodiscard]] result<> start_on(store_options const& settings, log_options const& log) {
        MKDB_TRY_ASSIGN(data, database::open("/db",
                                             {.executor = executor.handle(),
                                              .on_event = [this](event const& seen) { events.push_back(seen); },
                                              .upkeep = timer,
                                              .opening_threads = 1},
                                             {disk, clock, random::seeded(seed_ * 1000 + ++starts_)}));
        MKDB_TRY_ASSIGN(bool const stored, disk.exists(store_directory / "STORE"));
        MKDB_TRY_ASSIGN(store, stored ? data->open_store("s", settings, log) : data->create_store("s", settings, log));
        told_.emplace(store->subscribe([this](std::span<change const> news) {
            for (auto const& each : news) {
                told_in_order = told_in_order && each.sequence > last_told;
                last_told = each.sequence;
                ++changes_told;
            }
        }));
        return {};
    }

    void vanish() {
        told_.reset();
        store.reset();
        data.reset();
        timer->drop_all();
    }

    std::uint64_t seed_;
    std::uint64_t starts_ = 0;
    std::optional<subscription> told_;
};

} // namespace mkdb::testing
