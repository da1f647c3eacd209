#pragma once

#include <mkdb/core/hex.hpp>
#include <mkdb/log/check_log.hpp>
#include <mkdb/policies.hpp>
#include <mkdb/storage/detail/log_protection.hpp>
#include <mkdb/storage/rolling_log.hpp>
#include <mkdb/store/database.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// How to check a database.
struct check_options {
    bool repair = false; ///< Heals what parity can heal, and makes parity that is missing. Else nothing is changed.
    std::vector<std::filesystem::path> storage_nodes{}; ///< As in `database_options`.
    /// The storage options of a store, for where its parity lies and how much of it a repair makes; none: the defaults.
    std::function<storage::rolling_log::options(std::string const& store)> storage{};
    std::function<void(std::string const& sentence)> on_progress{}; ///< Before each log.
};

/// A partition's log, as a check found it or left it; or a store of which no partition could be looked at.
struct checked_partition : log::checked_log {
    std::string store;
    std::optional<std::uint32_t> partition{}; ///< None: `failure` is the whole store's.
    std::optional<error> failure{}; ///< Why it could not be checked at all.

    [[nodiscard]] bool sound() const noexcept {
        return !failure && manifest_sound &&
               std::ranges::all_of(segments, [](auto const& each) { return each.state.sound(); });
    }
};

/// What a check found in a database.
struct check_report {
    std::vector<checked_partition> partitions;
    std::vector<std::string> notes; ///< Of stores that could not be checked, or need not be.

    /// Everything that was stored is whole now. Parity that is missing or damaged is not counted.
    [[nodiscard]] bool sound() const noexcept {
        return std::ranges::all_of(partitions, [](auto const& each) { return each.sound(); });
    }
    [[nodiscard]] std::uint64_t count(log::healing_outcome outcome) const noexcept {
        std::uint64_t found = 0;
        for (auto const& partition : partitions) {
            found += static_cast<std::uint64_t>(std::ranges::count_if(
                partition.segments, [&](auto const& each) { return each.state.outcome == outcome; }));
        }
        return found;
    }
};

namespace detail {

template <class Policies, class Environment>
class database_check {
public:
    database_check(std::filesystem::path directory, check_options const& options, Environment& environment)
        : layout_(environment, std::move(directory), options.storage_nodes), options_(&options),
          environment_(&environment) {}

    [[nodiscard]] result<check_report> run() {
        auto& files = environment_->files;
        MKDB_TRY(refuse_backup(files, layout_.directory()));
        MKDB_TRY_ASSIGN(bool const present, files.exists(layout_.stores()));
        if (!present) {
            return fail(errc::not_found, layout_.directory().string() + " holds no database");
        }
        MKDB_TRY_ASSIGN(auto const lock, files.lock(layout_.directory() / "LOCK"));
        MKDB_TRY_ASSIGN(auto const names, layout_.stored_names());
        for (auto const& name : names) {
            check_store(name);
        }
        MKDB_TRY_ASSIGN(auto const lost, layout_.stores_without_identity());
        for (auto const& each : lost) {
            fail_store(each.name, fail(errc::corrupt_file, each.problem));
        }
        return std::move(report_);
    }

private:
    void fail_store(std::string const& name, error why) {
        auto& failed = report_.partitions.emplace_back();
        failed.store = name;
        failed.failure = std::move(why);
    }

    void check_store(std::string const& name) {
        auto const identity = load_identity(environment_->files, layout_.store(name));
        if (!identity) {
            return fail_store(name, identity.error());
        }
        auto const settings = options_->storage ? options_->storage(name) : storage::rolling_log::options{};
        if (identity->storage_format != storage::rolling_log::format_name(settings)) {
            report_.notes.push_back("Store '" + name + "' is kept by storage '" + identity->storage_format +
                                    "', which has no segments to check");
            return;
        }
        auto const places = layout_.partitions(name, *identity);
        if (!places) {
            return fail_store(name, places.error());
        }
        for (std::uint32_t number = 0; number < identity->partitions; ++number) {
            auto& checked = report_.partitions.emplace_back();
            checked.store = name;
            checked.partition = number;
            if (options_->on_progress) {
                options_->on_progress("Checking store '" + name + "', partition " + std::to_string(number));
            }
            check_partition(checked, (*places)[number].directory, settings);
        }
    }

    void check_partition(checked_partition& into, std::filesystem::path const& directory,
                         storage::rolling_log::options const& settings) {
        auto const found = check_log(directory, settings);
        if (found) {
            static_cast<log::checked_log&>(into) = *found;
        } else {
            into.failure = found.error();
        }
    }

    [[nodiscard]] result<log::checked_log> check_log(std::filesystem::path const& directory,
                                                     storage::rolling_log::options const& settings) {
        using codec = typename Policies::parity;
        auto& files = environment_->files;
        storage::detail::parity_wish const wish{settings.parity_blocks, settings.parity_block_bytes,
                                                settings.parity_directory};
        MKDB_TRY(storage::detail::check_parity<codec>(wish));
        MKDB_TRY_ASSIGN(bool const present, storage::rolling_log::is_present(files, directory, settings));
        if (!present) {
            return fail(errc::corrupt_file, directory.string() + " holds no log: bring back the directory, or restore "
                                                                 "the store from a backup");
        }
        MKDB_TRY_ASSIGN(auto const listed, files.list(directory));
        MKDB_TRY_ASSIGN(auto const manifest, log::load_manifest(files, directory, listed));
        auto const parity = storage::detail::settle_parity<codec>(wish, directory, manifest.header.log_id);
        return log::log_check<typename Policies::file, codec>(
                   files, directory, {options_->repair, parity.blocks, parity.block_bytes, parity.directory})
            .run();
    }

    database_layout<Policies, Environment> layout_;
    check_options const* options_;
    Environment* environment_;
    check_report report_;
};

} // namespace detail

/// Reads every log of the database in `directory`, which nobody has open, and compares every byte with its checksums.
///
/// Errors: `not_found` when there is no database; `invalid_argument` for a backup; `locked` while somebody has it open;
/// `io`. Whatever is wrong with a store is in the report, and keeps no other from being checked. Complexity: reads
/// everything that is stored, once; logs of which records are lost twice.
template <class Policies = default_policies,
          class Environment = typename engine::engine_types<Policies>::environment_type>
[[nodiscard]] result<check_report> check_database(std::filesystem::path const& directory,
                                                  check_options const& options = {}, Environment environment = {}) {
    return detail::database_check<Policies, Environment>(directory, options, environment).run();
}

} // namespace mkdb
