#pragma once

#include <mkdb/log/live_segments.hpp>
#include <mkdb/log/manifest.hpp>
#include <mkdb/log/quarantine.hpp>
#include <mkdb/log/tail_recovery.hpp>

#include <algorithm>
#include <optional>

namespace mkdb::log {

/// A log after recovery: every segment in it is sealed.
template <class Files>
struct opened_log {
    manifest<Files> list;
    std::vector<std::unique_ptr<segment<typename Files::file>>> segments;
    findings found;
};

/// Opens the log in `directory`, which is made if it is not there. All that can be refused is refused before the first
/// change (R5); opening twice changes nothing the second time. What an earlier start did and could not make durable may
/// be read here, and be gone after a power cut: nothing is moved aside before what names it a stranger is durable,
/// names first, then the manifest. `mend(log id, entry, findings)` is asked to heal sealed segments, and tells whether
/// they are whole now. Errors: `corrupt_file`, `format_newer`, `format_unknown`, `limit_exceeded`, `io`, `no_space`.
template <class Files, class Random, class Mend = no_mending>
[[nodiscard]] result<opened_log<Files>> open_log(Files& files, Random& random, std::filesystem::path const& directory,
                                                 Mend const& mend_segment = {}) {
    MKDB_TRY(files.create_directories(directory));
    MKDB_TRY_ASSIGN(auto const present, files.list(directory));
    MKDB_TRY_ASSIGN(auto loaded, load_manifest(files, directory, present));
    findings found;
    found.notes = loaded.notes;
    auto const mend = [&, log_id = loaded.header.log_id](segment_entry const& damaged, findings& told) {
        return mend_segment(log_id, damaged, told);
    };
    MKDB_TRY_ASSIGN(auto live, open_live_segments(files, directory, loaded.state, found, mend));
    // Not always the last: compaction gives its segments higher numbers meanwhile.
    auto const unsealed = std::ranges::find_if(
        live, [&](auto const& each) { return !loaded.state.segments().at(each->number()).sealed; });
    std::optional<recovery_plan> plan;
    if (unsealed != live.end()) {
        MKDB_TRY_ASSIGN(plan, examine_tail(**unsealed, loaded.state.segments().at((*unsealed)->number())));
        MKDB_TRY(check_feasible(*plan, loaded.state));
    }

    auto strange = strangers(present, loaded.state, loaded.header.generation);
    auto const segments = std::stable_partition(strange.begin(), strange.end(), names::is_manifest);
    if (!strange.empty()) {
        MKDB_TRY(files.sync_directory(directory));
    }
    MKDB_TRY(quarantine(files, directory, {strange.begin(), segments}));
    MKDB_TRY(remove_unfinished(files, directory, present, found));
    MKDB_TRY_ASSIGN(auto list, manifest<Files>::open(files, random, directory, std::move(loaded)));
    MKDB_TRY(quarantine(files, directory, {segments, strange.end()}));
    found.quarantined = std::move(strange);
    if (plan) {
        MKDB_TRY(recover_tail(files, random, directory, list, *plan, live, unsealed, found));
    }
    MKDB_TRY(finish_seals(files, directory, list.state(), live, found, mend));
    return opened_log<Files>{std::move(list), std::move(live), std::move(found)};
}

} // namespace mkdb::log
