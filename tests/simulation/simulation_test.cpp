// Random lives of a whole database under virtual time, disk and threads, each from one seed.
// MKDB_SIMULATION_SEED=n lives one of them again and prints its end; MKDB_SIMULATION_SEEDS=a..b chooses others.
#include "support/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace {

using mkdb::testing::simulation;

constexpr std::uint64_t steps = 300;
constexpr int enough_failures = 5;

struct seed_range {
    std::uint64_t first = 1;
    std::uint64_t last = 300;
    bool chosen = false;
};

seed_range wanted_seeds() {
    if (auto const* const one = std::getenv("MKDB_SIMULATION_SEED")) {
        auto const seed = std::strtoull(one, nullptr, 10);
        return {seed, seed, true};
    }
    if (auto const* const many = std::getenv("MKDB_SIMULATION_SEEDS")) {
        std::string const text(many);
        auto const dots = text.find("..");
        auto const first = std::strtoull(text.c_str(), nullptr, 10);
        return {first, dots == text.npos ? first : std::strtoull(text.c_str() + dots + 2, nullptr, 10), true};
    }
    return {};
}

void expect_no_complaint(simulation const& life, std::uint64_t seed) {
    if (life.complaint()) {
        ADD_FAILURE() << *life.complaint() << "\nMKDB_SIMULATION_SEED=" << seed << " after " << life.trace.lines()
                      << " steps, of which the last were:\n"
                      << life.trace.last_lines();
    }
}

TEST(Simulation, EveryAnswerOfEveryLifeIsThatOfTheModel) {
    auto const seeds = wanted_seeds();
    std::map<std::string, std::uint64_t> happened;
    int failed = 0;
    for (auto seed = seeds.first; seed <= seeds.last && failed < enough_failures; ++seed) {
        simulation life(seed);
        life.run(steps);
        expect_no_complaint(life, seed);
        failed += life.complaint() ? 1 : 0;
        for (auto const& [what, times] : life.happened) {
            happened[what] += times;
        }
        if (seeds.first == seeds.last) {
            std::cout << life.trace.last_lines();
        }
    }
    happened["lives"] = seeds.last - seeds.first + 1;
    for (auto const& [what, times] : happened) {
        auto name = what;
        std::ranges::replace(name, ' ', '_');
        RecordProperty(name, std::to_string(times));
        std::cout << what << ": " << times << "\n";
    }
    if (!seeds.chosen) {
        for (auto const* what : {"power cuts", "power cuts during a start", "failures during a start", "refusals",
                                 "segments compacted", "tombstones dropped", "restored backups", "starts over rot",
                                 "rotten bytes under parity", "rotten checkpoints", "scrubs", "checkpoints",
                                 "looks in between", "timer tasks", "full disks", "batches", "refused batches"}) {
            EXPECT_GT(happened[what], 30U) << what;
        }
    }
}

TEST(Simulation, TheSameSeedLivesTheSameLife) {
    auto const seeds = wanted_seeds();
    auto const last = seeds.chosen ? seeds.last : 20;
    for (auto seed = seeds.first; seed <= last && !HasFailure(); ++seed) {
        simulation first(seed);
        simulation second(seed);
        first.run(steps);
        second.run(steps);
        EXPECT_EQ(first.trace.lines(), second.trace.lines()) << "seed " << seed;
        EXPECT_EQ(first.trace.hash(), second.trace.hash()) << "seed " << seed;
    }
}

} // namespace
