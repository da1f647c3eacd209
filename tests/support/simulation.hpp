#pragma once

#include "simulation_power.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace mkdb::testing {

/// The whole engine on one thread, under a virtual clock, disk, chance and scheduler: a random life of one database
/// from one seed, with crashes, failing calls, full disks and rot. The same seed lives the same life.
class simulation : public simulation_power {
public:
    using simulation_power::simulation_power;

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
        if (complaint()) {
            return;
        }
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
        query_one();
        scan_all([] {});
        if (chance.one_in(2)) {
            compact();
            scan_all([] {});
        }
        if (chance.one_in(2)) {
            stop();
            auto const started = try_to_start();
            complain(started ? "" : "it does not start over rot: " + started.error().message);
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
};

} // namespace mkdb::testing
