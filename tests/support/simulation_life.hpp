#pragma once

#include "simulation_observer.hpp"

#include <mkdb/store/restore.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// What programs and time do to a database: changes, turns of the scheduler, upkeep, backups. Everything that happens
/// is told to the model, and every outcome judged by it.
class simulation_life : public simulation_observer {
public:
    explicit simulation_life(std::uint64_t seed) : simulation_observer(seed) {
        settings.partitions = static_cast<std::uint32_t>(model.partitions().size());
        settings.debounce_window = std::chrono::milliseconds(100 + chance.below(5000));
        settings.mode = chance.mode();
        chance.vary(settings);
    }

    /// How often what happened: to show that a range of seeds reached everything.
    std::map<std::string, std::uint64_t> happened;

protected:
    [[nodiscard]] asked_change random_change() {
        asked_change change{.id = chance.id(), .erases = chance.one_in(4), .mode = chance.mode()};
        if (!change.erases) {
            change.delta = chance.fields();
        }
        if (chance.one_in(5)) {
            auto const now = model.at(change.id).find(change.id);
            change.if_revision = now && !chance.one_in(4) ? now->revision : chance.below(2) * 17;
        }
        return change;
    }

    void change_later() {
        auto const change = random_change();
        model.at(change.id).ask(change);
        note("ask " + describe(change), "");
        auto const done = [this, id = change.id](result<write_outcome> const& told) {
            answered(id, told);
            if (chance.one_in(8) && !dying_ && !complaint()) {
                change_later();
            }
        };
        if (change.erases) {
            machine.store->async_erase({change.id, change.if_revision, change.mode}, done);
        } else {
            machine.store->async_write({change.id, change.delta, change.if_revision, change.mode}, done);
        }
    }

    void change_now() {
        finish_all();
        auto const change = random_change();
        model.at(change.id).ask(change);
        note("do " + describe(change), "");
        answered(change.id, change.erases
                                ? machine.store->erase({change.id, change.if_revision, change.mode})
                                : machine.store->write({change.id, change.delta, change.if_revision, change.mode}));
    }

    void answered(std::string const& id, result<write_outcome> const& told) {
        ++happened[told ? "changes" : "refusals"];
        note("answer " + id, told ? std::to_string(told->revision) : std::string(to_string(told.error().code)));
        complain(model.at(id).answer(told, machine.now(), around()));
    }

    [[nodiscard]] static std::string describe(asked_change const& change) {
        auto const condition = change.if_revision ? " if " + std::to_string(*change.if_revision) : std::string();
        return (change.erases ? "erase " : "write ") + change.id + condition + " mode " +
               std::to_string(static_cast<int>(change.mode)) + " " + document::to_json(change.delta);
    }

    // The scheduler

    /// Before whatever would wait for a task that only this thread can run.
    void finish_all() { machine.executor.run_all(chance.engine()); }

    /// Somebody else gets a turn while a query or a scan is under way.
    void interleave() {
        if (interleaving_ || looking_in_ || complaint() || !chance.one_in(5)) {
            return;
        }
        interleaving_ = true;
        switch (chance.below(3)) {
        case 0: change_later(); break;
        case 1: machine.executor.run_one(chance.engine()); break;
        default: pass_time(); break;
        }
        interleaving_ = false;
    }

    /// Reads while a commit, a compaction or a backup is in the middle of its calls to the disk.
    void look_in() {
        if (looking_in_ || dying_ || machine.store == nullptr || !chance.one_in(12)) {
            return;
        }
        looking_in_ = true;
        ++happened["looks in between"];
        chance.one_in(4) ? query_one() : read_one();
        looking_in_ = false;
    }

    void pass_time() {
        finish_all();
        auto const target = machine.now() + std::chrono::milliseconds(chance.below(3000));
        while (machine.timer->run_next(target)) {
            ++happened["timer tasks"];
            finish_all();
        }
        machine.timer->move_to(target);
        if (auto const now = around(); !now.disk_failed && !now.disk_full) {
            for (auto& each : model.partitions()) {
                each.durable_until(target - settings.debounce_window);
            }
        }
    }

    // Upkeep

    [[nodiscard]] bool excused() {
        auto const now = around();
        return now.disk_failed || now.disk_full;
    }

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

    void everything_is_durable() {
        for (auto& each : model.partitions()) {
            each.all_durable();
        }
    }

    template <class Outcome>
    [[nodiscard]] static std::string outcome_text(Outcome const& outcome) {
        return outcome ? "ok" : std::string(to_string(outcome.error().code));
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

    void pause_or_resume() {
        if (pauses_ > 0) {
            --pauses_;
            machine.store->resume_compaction();
        } else {
            ++pauses_;
            machine.store->pause_compaction();
        }
        note("pauses", std::to_string(pauses_));
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
        auto const data = simulation_machine::database::open("/restored", {.background_flush = false},
                                                             {elsewhere, {}, random::seeded(1)});
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

    store_options settings;
    bool dying_ = false; ///< The process is being killed.
    std::uint32_t pauses_ = 0;
    bool has_backup_ = false;

private:
    std::vector<known_content>
        backed_up_; ///< What the newest backup may hold: as acknowledged, then what was tried since.
    bool interleaving_ = false;
    bool looking_in_ = false;
};

} // namespace mkdb::testing
