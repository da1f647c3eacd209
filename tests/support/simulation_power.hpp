#pragma once

#include "simulation_upkeep.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mkdb::testing {

/// Ends and beginnings of the process: in good order, by a kill, by a power cut, in the middle of a start; and what
/// must hold after each.
class simulation_power : public simulation_upkeep {
public:
    explicit simulation_power(std::uint64_t seed) : simulation_upkeep(seed), log_(chance.log_settings()) {}

protected:
    void restart() {
        switch (chance.below(3)) {
        case 0: stop_and_start(); break;
        case 1:
            kill();
            start();
            break;
        default: cut_power(); start();
        }
    }

    void stop_and_start() {
        stop();
        start();
    }

    void stop() {
        finish_all();
        bool const failed = around().disk_failed;
        auto const closed = machine.stop();
        note("stop", outcome_text(closed));
        if (closed && !failed) {
            everything_is_durable();
        } else if (!closed && !excused()) {
            complain("closing failed: " + closed.error().message);
        }
        only_the_process_died_ = true;
        forget_troubles();
    }

    void kill() {
        note("kill", "");
        dying_ = true;
        disk_failed_ = true;
        machine.kill(chance.engine());
        only_the_process_died_ = true;
        forget_troubles();
    }

    void cut_power() {
        auto const bytes = chance.bytes();
        auto const names = chance.names();
        note("power cut", std::to_string(static_cast<int>(bytes)) + "/" + std::to_string(static_cast<int>(names)));
        ++happened["power cuts"];
        dying_ = true;
        disk_failed_ = true;
        machine.cut_power(bytes, names, chance.engine());
        only_the_process_died_ = false;
        forget_troubles();
    }

    void forget_troubles() {
        dying_ = false;
        disk_failed_ = false;
        disk_full_ = false;
        pauses_ = 0;
        scrub_pauses_ = 0;
        machine.disk.plan() = {};
    }

    /// Starts the process; now and then the disk fails or the power goes meanwhile, up to three times in a row.
    void start() {
        for (int times = 0; !complaint(); ++times) {
            ++happened["starts"];
            bool const trouble = times < 3 && chance.one_in(4);
            bool const power = trouble && chance.one_in(2);
            if (trouble) {
                machine.disk.plan() = {.fail_at = 1 + chance.below(40), .sticky = power};
            }
            auto const started = try_to_start();
            bool const met = around().disk_failed;
            if (met && power) {
                ++happened["power cuts during a start"];
                cut_power();
            } else if (started) {
                machine.disk.plan() = {};
                verify();
                return;
            } else if (met) {
                ++happened["failures during a start"];
                forget_troubles();
            } else {
                complain("it does not start: " + started.error().message);
            }
        }
    }

    [[nodiscard]] result<> try_to_start() {
        for (auto& each : model.partitions()) {
            each.forget_told_changes();
        }
        machine.disk.before_each_change([this] { look_in(); });
        auto started = machine.start(settings, log_);
        note("start", outcome_text(started));
        return started;
    }

    /// Nothing that was durable is lost, nothing deleted is back, nothing is there in part; and indexes tell the same.
    void verify() {
        auto const found = simulation_machine::content_of(*machine.store);
        if (!found) {
            complain("after a start: " + found.error().message);
            return;
        }
        complain(doubts.judge(*found));
        std::vector<known_content> parts(model.partitions().size());
        for (auto const& [id, record] : *found) {
            parts[partition_of(id, settings.partitions)][id] = record;
        }
        for (std::size_t number = 0; number < parts.size(); ++number) {
            auto const before = model.partitions()[number].now();
            if (!model.partitions()[number].survived_as(parts[number], only_the_process_died_)) {
                complain("after a start, partition " + std::to_string(number) +
                         " is in no state that it may be in: " + differences(before, parts[number]));
            }
            for (auto const& lost : machine.store->recovery()[number].lost) {
                complain("after a start, '" + lost.id + "' is said to be lost");
            }
        }
        for (int i = 0; i < 3 && !complaint(); ++i) {
            query_one();
        }
    }

    [[nodiscard]] static std::string differences(known_content const& expected, known_content const& found) {
        std::string text;
        for (auto const& [id, record] : expected) {
            auto const at = found.find(id);
            if (at == found.end() || !record.fits(at->second)) {
                text += id + " was at revision " + std::to_string(record.revision) + " and is " +
                        (at == found.end() ? "gone; " : "at " + std::to_string(at->second.revision) + "; ");
            }
        }
        for (auto const& [id, record] : found) {
            text += expected.contains(id) ? "" : id + " is back at revision " + std::to_string(record.revision) + "; ";
        }
        return text;
    }

private:
    storage::rolling_log::options log_;
    bool only_the_process_died_ = false;
};

} // namespace mkdb::testing
