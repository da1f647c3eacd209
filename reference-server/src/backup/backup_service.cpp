#include "backup/backup_service.hpp"

#include "backup/distrusted_text.hpp"
#include "config/json_text.hpp"
#include "config/reading.hpp"

#include <mkdb/store/name.hpp>

#include <fmt/format.h>

#include <chrono>

namespace mkdb::server {

result<std::filesystem::path> backup_service::place_of(std::string const& target) const {
    auto const configured = directory_ / string_at(*config_.snapshot(), "backup.directory");
    if (target.empty()) {
        return configured;
    }
    if (!check_store_name(target) || target == backup_names::segments || backup_names::generation_of(target) != 0) {
        return fail(errc::invalid_argument,
                    fmt::format("'{}' cannot name backups: one word of letters, digits, '_', '-' "
                                "and inner '.' names a directory in backup.directory",
                                target));
    }
    return configured / target;
}

result<server_backup> backup_service::run(std::string const& target) {
    MKDB_TRY_ASSIGN(auto const place, place_of(target));
    std::unique_lock const lock(one_at_a_time_, std::try_to_lock);
    if (!lock) {
        return fail(errc::locked, "a backup is running already");
    }
    auto made = make(place);
    auto const failure = made ? std::nullopt : std::optional(made.error().message);
    if (failure && !stopping_) {
        events_.add(event_level::error, "backup", fmt::format("no backup is in {}: {}", place.string(), *failure));
    }
    std::lock_guard const guard(mutex_);
    last_failure_ = failure;
    return made;
}

std::optional<std::string> backup_service::last_failure() const {
    std::lock_guard const lock(mutex_);
    return last_failure_;
}

result<server_backup> backup_service::make(std::filesystem::path const& place) {
    MKDB_TRY_ASSIGN(auto const stored, database_.stored_names());
    server_backup made;
    for (auto const& name : stored) {
        if (!database_.find_store(name)) {
            made.left_out.insert(name);
        }
    }
    MKDB_TRY_ASSIGN(auto const lost, database_.stores_without_identity());
    for (auto const& each : lost) {
        made.left_out.insert(each.name);
    }
    backup_options const options{.files = {{"config.json", pretty_json(*config_.snapshot())}},
                                 .leave_out = made.left_out,
                                 .verify_earlier = bool_at(*config_.snapshot(), "backup.verify"),
                                 .on_progress = [this](std::uint64_t) {
                                     return stopping_ ? result<>(fail(errc::cancelled, "the server is stopping"))
                                                      : result<>();
                                 }};
    MKDB_TRY_ASSIGN(made.report, database_.backup(place, options));
    for (auto const& name : made.left_out) {
        events_.add(event_level::warning, "backup", fmt::format("store '{}' is not open and not in the backup", name));
    }
    for (auto const& each : made.report.distrusted) {
        events_.add(event_level::warning, "backup", distrusted_text(each));
    }
    events_.add(event_level::info, "backup",
                fmt::format("backup {} is in {}: {} bytes, {} of them new", made.report.manifest.generation,
                            place.string(), made.report.manifest.bytes(), made.report.copied_bytes));
    return made;
}

result<std::vector<listed_backup>> backup_service::list(std::string const& target) const {
    MKDB_TRY_ASSIGN(auto const place, place_of(target));
    file::posix files;
    return list_backups(files, place);
}

backup_service::schedule backup_service::wanted_schedule() const {
    auto const document = config_.snapshot();
    return {bool_at(*document, "backup.enabled"), number_at(*document, "backup.interval")};
}

void backup_service::reschedule() {
    auto const wanted = wanted_schedule();
    std::lock_guard const lock(mutex_);
    if (wanted != schedule_) {
        schedule_ = wanted;
        arm(wanted, ++epoch_);
    }
}

void backup_service::arm(schedule const& wanted, std::uint64_t epoch) {
    if (wanted.first) {
        auto const delay = std::chrono::milliseconds(static_cast<std::int64_t>(wanted.second * 1000));
        timer_.after(delay, [this, epoch] { run_scheduled(epoch); });
    }
}

void backup_service::run_scheduled(std::uint64_t epoch) {
    {
        std::lock_guard const lock(mutex_);
        if (stopping_ || epoch != epoch_) {
            return;
        }
    }
    if (auto const made = run(""); !made && made.error().code == errc::locked) {
        events_.add(event_level::warning, "backup", "the scheduled backup was left out: " + made.error().message);
    }
    std::lock_guard const lock(mutex_);
    if (!stopping_ && epoch == epoch_) {
        arm(schedule_, epoch);
    }
}

} // namespace mkdb::server
