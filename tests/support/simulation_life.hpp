#pragma once

#include "simulation_batch.hpp"
#include "simulation_observer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// What programs and time do to a database: changes, and turns of the scheduler. Everything that happens is told to the
/// model, and every outcome judged by it.
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

    void batch_now() {
        finish_all();
        auto const batch = random_batch();
        std::string text;
        for (auto const& each : batch) {
            text += describe(each) + "; ";
        }
        note("batch " + text, "");
        auto const told = machine.store->batch(operations_of(batch));
        ++happened[told ? "batches" : "refused batches"];
        note("answer the batch", outcome_text(told));
        if (told || told.error().code != errc::revision_conflict) {
            judge_batch(batch, told);
        } else if (std::ranges::none_of(batch, [&](auto const& each) { return model.at(each.id).conflicts(each); })) {
            complain("a conflict in a batch without any: " + told.error().message);
        }
    }

    /// Of different records.
    [[nodiscard]] asked_batch random_batch() {
        std::map<std::string, asked_change> changes;
        for (auto count = 1 + chance.below(6); count > 0; --count) {
            auto change = random_change();
            change.mode = durability::sync;
            changes.insert_or_assign(change.id, std::move(change));
        }
        asked_batch batch;
        for (auto& [id, change] : changes) {
            batch.push_back(std::move(change));
        }
        return batch;
    }

    void judge_batch(asked_batch const& batch, result<std::vector<write_outcome>> const& told) {
        doubtful_batches::versions versions;
        for (auto const& each : batch) {
            versions.emplace(each.id, model.at(each.id).around(each));
        }
        bool const in_doubt = !told && told.error().code == errc::outcome_unknown;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            auto& part = model.at(batch[i].id);
            part.ask(batch[i]);
            complain(part.answer(told ? result<write_outcome>((*told)[i]) : told.error(), machine.now(), around()));
        }
        if (in_doubt) {
            doubts.add(std::move(versions));
        }
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

    [[nodiscard]] bool excused() {
        auto const now = around();
        return now.disk_failed || now.disk_full;
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

    store_options settings;
    doubtful_batches doubts;
    bool dying_ = false; ///< The process is being killed.

private:
    bool interleaving_ = false;
    bool looking_in_ = false;
};

} // namespace mkdb::testing
