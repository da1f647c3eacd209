#pragma once

#include "config/live_config.hpp"
#include "metrics/event_log.hpp"
#include "server_policies.hpp"

#include <mkdb/engine/background_timer.hpp>
#include <mkdb/store/backup.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::server {

/// A backup that was made, and the stores that it lacks because they could not be opened.
struct server_backup {
    backup_report report;
    std::set<std::string> left_out;
};

/// Backs up a running server, when asked and by the schedule of config.json, into its `backup.directory` and nowhere
/// else.
///
/// Thread safety: all members from any thread.
class backup_service {
public:
    backup_service(std::filesystem::path directory, server_database& database, live_config& config, event_log& events)
        : directory_(std::move(directory)), database_(database), config_(config), events_(events) {}
    ~backup_service() { stop(); }
    backup_service(backup_service const&) = delete;
    backup_service& operator=(backup_service const&) = delete;

    /// The directory of backups: `target` is a name within the configured one, empty for that itself.
    /// Errors: `errc::invalid_argument` for anything that could lead elsewhere.
    [[nodiscard]] result<std::filesystem::path> place_of(std::string const& target) const;

    /// Makes a backup, and tells of it or of its failure in the event log. Errors: `errc::locked` while another one
    /// runs; those of `place_of` and of `basic_database::backup`.
    [[nodiscard]] result<server_backup> run(std::string const& target);
    /// Why the last backup failed, unless it was made.
    [[nodiscard]] std::optional<std::string> last_failure() const;
    [[nodiscard]] result<std::vector<listed_backup>> list(std::string const& target) const;

    /// Takes up the schedule of the configuration; also called when it has changed.
    void reschedule();
    /// Ends the backup that runs, and starts no more.
    void stop() noexcept { stopping_ = true; }

private:
    using schedule = std::pair<bool, double>; // Enabled, and seconds between backups.

    [[nodiscard]] result<server_backup> make(std::filesystem::path const& place);
    [[nodiscard]] schedule wanted_schedule() const;
    void arm(schedule const& wanted, std::uint64_t epoch);
    void run_scheduled(std::uint64_t epoch);

    std::filesystem::path directory_;
    server_database& database_;
    live_config& config_;
    event_log& events_;
    std::atomic<bool> stopping_ = false;
    std::mutex one_at_a_time_;
    mutable std::mutex mutex_;
    std::optional<std::string> last_failure_;
    schedule schedule_{false, 0};
    std::uint64_t epoch_ = 0; // Of the schedule: what was armed under an earlier one does nothing.
    engine::background_timer timer_; // Last: its thread stops before what its tasks use goes.
};

} // namespace mkdb::server
