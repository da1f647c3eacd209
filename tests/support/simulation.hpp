#pragma once

#include "simulation_life.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// The whole engine on one thread, under a virtual clock, disk, chance and scheduler: a random life of one database
/// from one seed, with crashes, failing calls, full disks and rot. The same seed lives the same life.
class simulation : public simulation_life {
public:
    explicit simulation(std::uint64_t seed) : simulation_life(seed), threshold_(1024U << chance.below(3)) {}

    void run(std::uint64_t steps) {
        start();
        for (std::uint64_t i = 0; i < steps && !complaint(); ++i) {
            ++happened["steps"];
            step();
            check_news();
        }
        if (!complaint()) {
            stop_and_start();
        }
        kill();
    }

private:
    void step() {
        if (around().disk_failed && chance.one_in(6)) {
            restart();
            return;
        }
        auto const what = chance.below(1000);
        if (what < 300) {
            change_later();
        } else if (what < 380) {
            change_now();
        } else if (what < 560) {
            machine.executor.run_one(chance.engine());
        } else if (what < 700) {
            read_one();
        } else if (what < 800) {
            query_one([this] { interleave(); });
        } else if (what < 830) {
            scan_all([this] { interleave(); });
        } else if (what < 900) {
            pass_time();
        } else {
            upkeep_or_trouble(what - 900);
        }
    }

    void upkeep_or_trouble(std::uint64_t what) {
        if (what < 15) {
            flush();
        } else if (what < 30) {
            compact();
        } else if (what < 36) {
            pause_or_resume();
        } else if (what < 44) {
            reconfigure();
        } else if (what < 50) {
            back_up();
        } else if (what < 53) {
            check_backup();
        } else if (what < 58) {
            machine.clock.step_wall(std::chrono::hours(chance.below(200000)) - std::chrono::hours(100000));
        } else if (what < 72) {
            restart();
        } else if (what < 86) {
            break_disk();
        } else if (what < 92) {
            fill_or_free_disk();
        } else {
            let_rot();
        }
    }

    /// What listeners and operators were told fits what happened.
    void check_news() {
        if (complaint() || machine.store == nullptr) {
            return;
        }
        std::uint64_t expected = 0;
        bool busy = false;
        for (auto const& each : model.partitions()) {
            expected += each.told_changes();
            busy = busy || each.busy();
        }
        if (!machine.told_in_order) {
            complain("a change was told out of order");
        }
        if (around().disk_failed) {
            return;
        }
        if (!busy && machine.changes_told != expected) {
            complain(std::to_string(machine.changes_told) + " changes told instead of " + std::to_string(expected));
        }
        for (auto const& each : machine.events) {
            if (each.level == event::severity::error) {
                complain("without a failure of the disk: " + each.message);
            }
        }
    }

    // Ends and beginnings

    void restart() {
        switch (chance.below(3)) {
        case 0: stop_and_start(); break;
        case 1:
            kill();
            start();
            break;
        default:
            cut_power();
            start();
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
        auto started = machine.start(settings, threshold_);
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
        std::vector<known_content> parts(model.partitions().size());
        for (auto const& [id, record] : *found) {
            parts[partition_of(id, settings.partitions)][id] = record;
        }
        for (std::size_t number = 0; number < parts.size(); ++number) {
            auto const before = model.partitions()[number].now();
            if (!model.partitions()[number].survived_as(parts[number], only_the_process_died_)) {
                complain("after a start, partition " + std::to_string(number) + " is in no state that it may be in: " +
                         differences(before, parts[number]));
            }
            for (auto const& lost : machine.store->recovery()[number].lost) {
                complain("after a start, '" + lost.id + "' is said to be lost");
            }
        }
        for (int i = 0; i < 3 && !complaint(); ++i) {
            query_one([] {});
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

    // Troubles

    [[nodiscard]] bool trouble_ahead() { return machine.disk.plan().fail_at > 0; }

    void break_disk() {
        if (trouble_ahead()) {
            return;
        }
        auto const only = chance.pick<std::string>(
            {"", "", "", "sync", "sync", "write", "write", "sync_directory", "rename", "create", "remove"});
        bool const for_good = chance.one_in(3);
        ++happened["broken disks"];
        machine.disk.plan() = {.fail_at = 1 + chance.below(only.empty() ? 40 : 8),
                               .sticky = for_good,
                               .code = chance.one_in(4) ? errc::no_space : errc::io,
                               .only = only};
        note("break disk" + std::string(for_good ? " for good" : ""), only);
    }

    /// A full disk reserves no space; what was reserved can be used.
    void fill_or_free_disk() {
        if (disk_full_) {
            disk_full_ = false;
            machine.disk.plan() = {};
            for (auto& each : model.partitions()) {
                each.postpone(machine.now());
            }
        } else if (!trouble_ahead()) {
            disk_full_ = true;
            ++happened["full disks"];
            machine.disk.plan() = {.fail_at = 1, .sticky = true, .code = errc::no_space, .only = "preallocate"};
        }
        note("full", std::to_string(disk_full_));
    }

    /// A byte of a sealed segment changes. Until it is what it was, records may be refused, and none is ever wrong.
    void let_rot() {
        auto const segments = machine.sealed_segments(settings.partitions);
        if (trouble_ahead() || around().disk_failed || segments.empty()) {
            return;
        }
        finish_all();
        auto const& path = segments[chance.below(segments.size())];
        auto const size = machine.disk.open(path, file::open_mode::read_only)->size().value();
        auto const offset = chance.below(size);
        auto const wrong = static_cast<std::byte>(chance.below(256));
        auto const right = *machine.disk.rot(path, offset, wrong);
        note("rot " + path.string(), std::to_string(offset));
        ++happened["rotten bytes"];
        rotten_ = true;
        live_with_rot();
        if (machine.disk.exists(path).value()) {
            machine.disk.rot(path, offset, right);
        }
        stop();
        rotten_ = false;
        start();
    }

    void live_with_rot() {
        for (int i = 0; i < 6; ++i) {
            chance.one_in(3) ? change_now() : read_one();
        }
        query_one([] {});
        scan_all([] {});
        if (chance.one_in(2)) {
            compact();
            scan_all([] {});
        }
        if (chance.one_in(2)) {
            stop();
            if (auto const started = try_to_start(); !started) {
                complain("it does not start over rot: " + started.error().message);
            }
            look_at_rot();
        }
    }

    /// Where even the id is lost, an older version may show: only then.
    void look_at_rot() {
        bool unnamed = complaint().has_value();
        for (std::size_t number = 0; !unnamed && number < settings.partitions; ++number) {
            for (auto const& lost : machine.store->recovery()[number].lost) {
                unnamed = unnamed || lost.id.empty();
            }
        }
        ++happened[unnamed ? "losses without a name" : "starts over rot"];
        if (!unnamed) {
            scan_all([] {});
            for (int i = 0; i < 20; ++i) {
                read_one();
            }
        }
    }

    std::uint64_t threshold_;
    bool only_the_process_died_ = false;
};

} // namespace mkdb::testing
