#pragma once

#include "simulation_rot.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace mkdb::testing {

/// The whole engine on one thread, under a virtual clock, disk, chance and scheduler: a random life of one database
/// from one seed, with crashes, failing calls, full disks and rot. The same seed lives the same life.
class simulation : public simulation_rot {
public:
    using simulation_rot::simulation_rot;

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
        } else if (what < 370) {
            change_now();
        } else if (what < 395) {
            batch_now();
        } else if (what < 560) {
            machine.executor.run_one(chance.engine());
        } else if (what < 700) {
            read_one();
        } else if (what < 800) {
            query_one([this] { interleave(); });
        } else if (what < 830) {
            scan_all([this] { interleave(); });
        } else if (what < 880) {
            pass_time();
        } else {
            upkeep_or_trouble(what - 880);
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
        } else if (what < 66) {
            scrub();
        } else if (what < 69) {
            pause_or_resume_scrub();
        } else if (what < 77) {
            write_checkpoint();
        } else {
            trouble(what - 77);
        }
    }

    void trouble(std::uint64_t what) {
        if (what < 14) {
            restart();
        } else if (what < 28) {
            break_disk();
        } else if (what < 34) {
            fill_or_free_disk();
        } else if (what < 37) {
            let_checkpoint_rot();
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
};

} // namespace mkdb::testing
