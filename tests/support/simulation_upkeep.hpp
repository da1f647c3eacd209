#pragma once

#include "simulation_life.hpp"

#include <mkdb/store/restore.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mkdb::testing {

/// What whoever looks after a database does to it: compaction, scrubs, checkpoints, settings, backups. None of it
/// changes an answer.
class simulation_upkeep : public simulation_life {
public:
    using simulation_life::simulation_life;

protected:
    void flush() {
        finish_all();
        auto const done = machine.store->flush();
        note("flush", outcome_text(done));
        if (done) {
            everything_is_durable();
        } else if (!excused()) {
            complain("flush failed: " + done.error().message);
        }
    }

    void compact() {
        finish_all();
        while (pauses_ > 0) {
            --pauses_;
            machine.store->resume_compaction();
        }
        // One that runs in steps of the timer must come to its end first: this thread alone could end it.
        while (machine.store->statistics().compaction.running &&
               machine.timer->run_next(machine.now() + std::chrono::hours(1))) {
            finish_all();
        }
        auto const report = machine.store->compact();
        note("compact", report ? std::to_string(report->segments_in) + " segments" : outcome_text(report));
        happened["segments compacted"] += report ? report->segments_in : 0;
        happened["tombstones dropped"] += report ? report->tombstones_dropped : 0;
        if (!report && !excused()) {
            complain("compaction failed: " + report.error().message);
        }
    }

    void scrub() {
        finish_all();
        while (scrub_pauses_ > 0) {
            --scrub_pauses_;
            machine.store->resume_scrub();
        }
        auto const report = machine.store->scrub();
        note("scrub", report ? std::to_string(report->segments) + " segments" : outcome_text(report));
        happened["scrubs"] += report ? 1 : 0;
        happened["blocks healed by scrubs"] += report ? report->healed_blocks : 0;
        happened["parity made anew by scrubs"] += report ? report->parity_rebuilt : 0;
        if (!report && !excused()) {
            complain("scrubbing failed: " + report.error().message);
        } else if (report && !rotten_ && !excused() && !report->unrecoverable.empty()) {
            complain("a scrub gives up a sound segment: " + report->unrecoverable.front().message);
        }
    }

    void write_checkpoint() {
        finish_all();
        // One that is written in steps of the timer must come to its end first: this thread alone could end it.
        while (machine.timer->run_next(machine.now())) {
            finish_all();
        }
        auto const done = machine.store->checkpoint();
        note("checkpoint", outcome_text(done));
        happened["checkpoints"] += done ? 1 : 0;
        if (!done && !excused()) {
            complain("a checkpoint failed: " + done.error().message);
        }
    }

    void pause_or_resume_scrub() {
        toggle(
            "pauses of scrubs", scrub_pauses_, [this] { machine.store->pause_scrub(); },
            [this] { machine.store->resume_scrub(); });
    }

    void pause_or_resume() {
        toggle(
            "pauses", pauses_, [this] { machine.store->pause_compaction(); },
            [this] { machine.store->resume_compaction(); });
    }

    void reconfigure() {
        finish_all();
        chance.vary(settings);
        auto const done = machine.store->reconfigure(settings);
        note("reconfigure", outcome_text(done));
        complain(done ? "" : "reconfigure failed: " + done.error().message);
    }

    void back_up() {
        finish_all();
        auto const as_it_is = model.all();
        auto const done = machine.data->backup(simulation_machine::backups);
        note("backup", outcome_text(done));
        if (done) {
            ++happened["backups"];
            everything_is_durable();
            backed_up_.clear();
        } else if (!excused()) {
            complain("backup failed: " + done.error().message);
        }
        backed_up_.push_back(as_it_is);
        has_backup_ = has_backup_ || done.has_value();
    }

    /// The newest backup that counts is the last that was acknowledged, or a later one that was finished unseen.
    void check_backup() {
        if (!has_backup_ || excused()) {
            return;
        }
        auto const tree = machine.disk.after_power_cut(kept_bytes::all, kept_names::all, 1);
        auto elsewhere = fault_file_system::holding(tree, 1);
        auto const restored = restore_backup(elsewhere, simulation_machine::backups, "/restored");
        if (!restored) {
            complain("restore failed: " + restored.error().message);
            return;
        }
        auto const data = simulation_machine::database::open(
            "/restored", {.background_flush = false, .opening_threads = 1}, {elsewhere, {}, random::seeded(1)});
        auto const store = (*data)->open_store("s");
        auto const found = simulation_machine::content_of(**store);
        bool const known = found && std::ranges::any_of(backed_up_, [&](known_content const& each) {
                               return std::ranges::equal(each, *found, [](auto const& a, auto const& b) {
                                   return a.first == b.first && a.second.fits(b.second);
                               });
                           });
        note("check backup", known ? "right" : "wrong");
        ++happened["restored backups"];
        complain(known ? "" : "a restored backup has other records than were backed up");
    }

    std::uint32_t pauses_ = 0;
    std::uint32_t scrub_pauses_ = 0;

private:
    template <class Pause, class Resume>
    void toggle(std::string const& what, std::uint32_t& pauses, Pause const& pause, Resume const& resume) {
        if (pauses > 0) {
            --pauses;
            resume();
        } else {
            ++pauses;
            pause();
        }
        note(what, std::to_string(pauses));
    }

    std::vector<known_content>
        backed_up_; ///< What the newest backup may hold: as acknowledged, then what was tried since.
    bool has_backup_ = false;
};

} // namespace mkdb::testing
