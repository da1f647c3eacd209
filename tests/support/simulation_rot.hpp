#pragma once

#include "simulation_power.hpp"

#include <mkdb/log/file_names.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace mkdb::testing {

/// Bytes that change by themselves. Where there is parity nobody may notice; where there is none records may be
/// refused, and none is ever wrong; and a checkpoint is only a cache.
class simulation_rot : public simulation_power {
public:
    using simulation_power::simulation_power;

protected:
    [[nodiscard]] bool trouble_ahead() { return machine.disk.plan().fail_at > 0; }

    /// A byte of a sealed segment changes, or of its parity.
    void let_rot() {
        auto const segments = machine.sealed_segments(settings.partitions);
        if (trouble_ahead() || around().disk_failed || segments.empty()) {
            return;
        }
        finish_all();
        auto const& segment = segments[chance.below(segments.size())];
        auto const parity = parity_of(segment);
        // Healing needs room.
        if (machine.disk.exists(parity).value() && !around().disk_full) {
            live_with_healing(change_a_byte(chance.one_in(3) ? parity : segment));
        } else {
            live_with_rot(change_a_byte(segment));
        }
    }

    /// A byte of each checkpoint changes between two runs of the process.
    void let_checkpoint_rot() {
        if (trouble_ahead() || around().disk_failed) {
            return;
        }
        stop();
        for (std::uint32_t number = 0; number < settings.partitions; ++number) {
            auto const path = machine.store_directory / partition_directory(number) / log::names::checkpoint;
            if (machine.disk.exists(path).value()) {
                change_a_byte(path);
                ++happened["rotten checkpoints"];
            }
        }
        start();
    }

private:
    struct changed_byte {
        std::filesystem::path path;
        std::uint64_t offset;
        std::byte right;
    };

    [[nodiscard]] static std::filesystem::path parity_of(std::filesystem::path const& segment) {
        auto const name = segment.filename().string();
        return segment.parent_path() / ("parity-" + name.substr(std::string("segment-").size()));
    }

    changed_byte change_a_byte(std::filesystem::path const& path) {
        auto const size = machine.disk.open(path, file::open_mode::read_only)->size().value();
        auto const offset = chance.below(size);
        auto const right = *machine.disk.rot(path, offset, static_cast<std::byte>(chance.below(256)));
        note("rot " + path.string(), std::to_string(offset));
        return {path, offset, right};
    }

    void look_around() {
        for (int i = 0; i < 6; ++i) {
            chance.one_in(3) ? change_now() : read_one();
        }
        query_one();
        scan_all([] {});
        if (chance.one_in(2)) {
            compact();
            scan_all([] {});
        }
    }

    void live_with_healing(changed_byte const& changed) {
        ++happened["rotten bytes under parity"];
        look_around();
        if (chance.one_in(2)) {
            chance.one_in(2) ? stop() : kill();
            auto const started = try_to_start();
            complain(started ? "" : "it does not start over rot under parity: " + started.error().message);
            if (!complaint()) {
                verify();
            }
        }
        if (!complaint()) {
            scrub();
        }
        if (!complaint() && machine.disk.exists(changed.path).value()) {
            auto const found = machine.disk.rot(changed.path, changed.offset, changed.right);
            complain(found == changed.right ? "" : "a scrub left rot in " + changed.path.string());
        }
    }

    void live_with_rot(changed_byte const& changed) {
        ++happened["rotten bytes"];
        rotten_ = true;
        look_around();
        if (chance.one_in(2)) {
            stop();
            auto const started = try_to_start();
            complain(started ? "" : "it does not start over rot: " + started.error().message);
            look_at_rot();
        }
        if (complaint()) {
            return;
        }
        if (machine.disk.exists(changed.path).value()) {
            machine.disk.rot(changed.path, changed.offset, changed.right);
        }
        stop();
        rotten_ = false;
        start();
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
