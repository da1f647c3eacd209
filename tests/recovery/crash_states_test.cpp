// Every state that a power cut may leave, after every call to the disk of every short workload, and states of longer
// ones by chance: MKDB_CRASH_STATES says how many.
#include "support/log_driver.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace mkdb::testing;

/// What a program did before the cut, as far as it was told.
struct history {
    std::vector<std::uint64_t> batch_ends; ///< Last sequence of each batch that append accepted or began.
    std::uint64_t appended = 0;            ///< Highest sequence that was tried.
    std::uint64_t durable = 0;             ///< Highest sequence that a sync or close has confirmed.
};

enum class step { append_one, append_three, append_large, sync, reopen };
constexpr std::array all_steps{step::append_one, step::append_three, step::append_large, step::sync, step::reopen};

/// Runs steps until one fails, as it does when the power goes.
class workload {
public:
    explicit workload(fault_environment& environment) : environment_(&environment) {}

    void run(std::vector<step> const& steps) {
        if (!open()) {
            return;
        }
        for (auto const each : steps) {
            if (!take(each)) {
                return;
            }
        }
        static_cast<void>(close());
    }

    history const& known() const { return history_; }

private:
    bool open() {
        auto opened = open_log(*environment_, 1024);
        if (opened) {
            backend_.emplace(std::move(*opened));
            return backend_->replay([](auto const&, auto const&) {}).has_value();
        }
        return false;
    }

    bool close() {
        bool const closed = backend_->close().has_value();
        history_.durable = closed ? history_.appended : history_.durable;
        return closed;
    }

    bool append(std::uint64_t count) {
        auto const first = history_.appended + 1;
        history_.appended += count;
        history_.batch_ends.push_back(history_.appended);
        return append_numbered(*backend_, first, count).has_value();
    }

    bool take(step each) {
        switch (each) {
        case step::append_one: return append(1);
        case step::append_three: return append(3);
        case step::append_large: return append(12);
        case step::sync: {
            bool const synced = backend_->sync().has_value();
            history_.durable = synced ? history_.appended : history_.durable;
            return synced;
        }
        case step::reopen: return close() && open();
        }
        return false;
    }

    fault_environment* environment_;
    std::optional<log_backend<fault_environment>> backend_;
    history history_;
};

/// What must hold after any power cut: the log opens, holds a whole number of batches from the first on, and all that
/// was confirmed.
void expect_prefix(replayed const& found, history const& known) {
    for (std::size_t i = 0; i < found.sequences.size(); ++i) {
        ASSERT_EQ(found.sequences[i], i + 1);
    }
    auto const count = found.sequences.size();
    EXPECT_GE(count, known.durable);
    EXPECT_TRUE(count == 0 || std::ranges::find(known.batch_ends, count) != known.batch_ends.end()) << count;
}

/// Opens what a cut left, twice, and goes on with it. Returns the number of states that were opened.
void expect_recovers(mkdb::file::memory const& tree, history const& known) {
    memory_environment machine{tree, {}, mkdb::random::seeded(99)};
    std::size_t first_count = 0;
    {
        auto opened = open_log(machine);
        ASSERT_TRUE(opened) << opened.error().message;
        auto const found = replay_all(*opened);
        expect_prefix(found, known);
        EXPECT_TRUE(opened->recovery().lost.empty());
        for (auto const& note : opened->recovery().notes) {
            EXPECT_EQ(note.find("the header of"), note.npos) << note;
        }
        EXPECT_EQ(opened->recovery().records, found.sequences.size());
        EXPECT_GE(opened->last_sequence(), found.sequences.size());
        first_count = found.sequences.size();
    }
    auto const before = snapshot(tree, "/");
    auto again = open_log(machine);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(replay_all(*again).sequences.size(), first_count);
    EXPECT_EQ(snapshot(tree, "/"), before) << "the second opening changed something";
    EXPECT_TRUE(append_numbered(*again, 1000, 2));
    EXPECT_TRUE(again->sync());
}

constexpr std::array data_choices{kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset,
                                  kept_bytes::zeros};
constexpr std::array name_choices{kept_names::none, kept_names::all, kept_names::subset};

class states {
public:
    /// Cuts the power at every call of the workload, and opens all that the cut may leave.
    void sweep(std::vector<step> const& steps) {
        for (std::uint64_t cut = 1;; ++cut) {
            fault_environment machine{fault_file_system(seed_), {}, mkdb::random::seeded(seed_)};
            machine.files.plan().fail_at = cut;
            machine.files.plan().sticky = true;
            workload run(machine);
            run.run(steps);
            for (auto const data : data_choices) {
                for (auto const names : name_choices) {
                    SCOPED_TRACE("cut at call " + std::to_string(cut) + ", data " +
                                 std::to_string(static_cast<int>(data)) + ", names " +
                                 std::to_string(static_cast<int>(names)) + ", seed " + std::to_string(seed_));
                    expect_recovers(machine.files.after_power_cut(data, names, ++seed_), run.known());
                    ++opened_;
                    if (::testing::Test::HasFailure()) {
                        return;
                    }
                }
            }
            if (machine.files.plan().calls < cut) {
                return;
            }
        }
    }

    std::uint64_t opened() const { return opened_; }

private:
    std::uint64_t seed_ = 20000;
    std::uint64_t opened_ = 0;
};

/// How many random ones a campaign wants; it wants all of those that can be counted, too.
std::optional<std::uint64_t> wanted_states() {
    auto const* const wanted = std::getenv("MKDB_CRASH_STATES");
    return wanted == nullptr ? std::nullopt : std::optional(std::strtoull(wanted, nullptr, 10));
}

/// The third steps of workloads that begin with these: all, or one, another for each two.
std::span<step const> third_steps(step first, step second) {
    if (wanted_states()) {
        return all_steps;
    }
    auto const chosen = (static_cast<std::size_t>(first) + 2 * static_cast<std::size_t>(second)) % all_steps.size();
    return std::span(all_steps).subspan(chosen, 1);
}

TEST(CrashStates, EveryWorkloadOfUpToThreeStepsRecoversFromEveryCut) {
    states all;
    for (auto const first : all_steps) {
        for (auto const second : all_steps) {
            for (auto const third : third_steps(first, second)) {
                all.sweep({first, second, third});
                ASSERT_FALSE(HasFailure())
                    << "steps " << static_cast<int>(first) << static_cast<int>(second) << static_cast<int>(third);
            }
        }
    }
    RecordProperty("states", std::to_string(all.opened()));
    EXPECT_GT(all.opened(), wanted_states() ? 50000U : 8000U);
}

TEST(CrashStates, ALongerWorkloadThatRollsRecoversFromEveryCut) {
    states all;
    all.sweep({step::append_three, step::sync, step::append_large, step::append_large, step::append_one, step::sync,
               step::append_large, step::reopen, step::append_large, step::append_three, step::sync});
    EXPECT_GT(all.opened(), 500U);
}

TEST(CrashStates, RandomLongerWorkloadsRecoverFromRandomCuts) {
    auto const wanted = wanted_states().value_or(3000);
    for (std::uint64_t seed = 1; seed <= wanted && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 chance(seed);
        std::vector<step> steps(4 + chance() % 12);
        std::ranges::generate(steps, [&] { return all_steps[chance() % all_steps.size()]; });
        fault_environment machine{fault_file_system(seed), {}, mkdb::random::seeded(seed)};
        machine.files.plan() = {.fail_at = 1 + chance() % (8 * steps.size()), .sticky = true};
        workload run(machine);
        run.run(steps);
        auto const data = data_choices[chance() % data_choices.size()];
        auto const names = name_choices[chance() % name_choices.size()];
        expect_recovers(machine.files.after_power_cut(data, names, seed), run.known());
    }
    RecordProperty("states", std::to_string(wanted));
}

/// A start that fails at a call; or not, if it makes fewer.
bool ends_before(fault_environment& machine, std::uint64_t at) {
    machine.files.plan().calls = 0;
    machine.files.plan().fail_at = at;
    static_cast<void>(open_log(machine));
    machine.files.plan().fail_at = 0;
    return machine.files.plan().calls < at;
}

TEST(CrashStates, ACutDuringRecoveryLosesNothingEither) {
    fault_environment machine{fault_file_system(7), {}, mkdb::random::seeded(7)};
    machine.files.plan().fail_at = 29;
    machine.files.plan().sticky = true;
    workload run(machine);
    run.run({step::append_three, step::sync, step::append_three, step::append_one, step::append_three});
    ASSERT_GT(run.known().durable, 0U);
    std::uint64_t seed = 500;
    for (auto const data : data_choices) {
        for (std::uint64_t cut = 1; cut < 60; ++cut) {
            auto const left = machine.files.after_power_cut(data, kept_names::all, ++seed);
            fault_environment second{fault_file_system::holding(left, seed), {}, mkdb::random::seeded(seed)};
            second.files.plan().fail_at = cut;
            second.files.plan().sticky = true;
            static_cast<void>(open_log(second));
            for (auto const later : data_choices) {
                SCOPED_TRACE("cut " + std::to_string(cut) + " seed " + std::to_string(seed));
                expect_recovers(second.files.after_power_cut(later, kept_names::subset, ++seed), run.known());
            }
            if (HasFailure() || second.files.plan().calls < cut) {
                break;
            }
        }
    }
}

/// What a failed start left in the page cache alone is not there after the next power cut; a later start that read it
/// may not have built upon it.
void expect_failing_starts_lose_nothing(mkdb::file::memory const& left, history const& known) {
    std::uint64_t seed = 0;
    bool first_ends = false;
    for (std::uint64_t first = 1; !first_ends; ++first) {
        bool second_ends = false;
        for (std::uint64_t second = 1; !second_ends; ++second) {
            SCOPED_TRACE("calls " + std::to_string(first) + " and " + std::to_string(second));
            fault_environment again{fault_file_system::holding(left, ++seed), {}, mkdb::random::seeded(seed)};
            first_ends = ends_before(again, first);
            second_ends = ends_before(again, second);
            for (auto const names : {kept_names::none, kept_names::subset}) {
                expect_recovers(again.files.after_power_cut(kept_bytes::none, names, seed), known);
            }
            ASSERT_FALSE(::testing::Test::HasFailure());
        }
    }
}

TEST(CrashStates, StartsThatFailOneAfterAnotherLoseNothingEither) {
    for (std::uint64_t cut = 1;; ++cut) {
        SCOPED_TRACE("cut " + std::to_string(cut));
        fault_environment machine{fault_file_system(cut), {}, mkdb::random::seeded(cut)};
        machine.files.plan().fail_at = cut;
        machine.files.plan().sticky = true;
        workload run(machine);
        run.run({step::append_three, step::sync, step::append_three, step::reopen, step::append_one});
        auto const left = machine.files.after_power_cut(kept_bytes::all, kept_names::all, cut);
        expect_failing_starts_lose_nothing(left, run.known());
        if (HasFailure() || machine.files.plan().calls < cut) {
            break;
        }
    }
}

TEST(CrashStates, ACutWhileAManifestThatHasGrownIsBegunAnewLosesNothingEither) {
    fault_environment machine;
    history const known{{3}, 3, 3};
    {
        auto backend = open_log(machine).value();
        append_numbered(backend, 1, 3).value();
        for (std::uint64_t last = 4; last < 600; ++last) {
            backend.spend(last).value();
        }
        backend.close().value();
    }
    auto const left = machine.files.after_power_cut(kept_bytes::none, kept_names::none, 1);
    std::uint64_t seed = 0;
    std::uint64_t cut = 1;
    for (bool ends = false; !ends; ++cut) {
        fault_environment second{fault_file_system::holding(left, cut), {}, mkdb::random::seeded(cut)};
        second.files.plan().sticky = true;
        ends = ends_before(second, cut);
        for (auto const data : data_choices) {
            for (auto const names : name_choices) {
                SCOPED_TRACE("cut " + std::to_string(cut) + " seed " + std::to_string(seed));
                expect_recovers(second.files.after_power_cut(data, names, ++seed), known);
                ASSERT_FALSE(HasFailure());
            }
        }
    }
    EXPECT_GT(cut, 15U) << "a generation was begun";
    expect_failing_starts_lose_nothing(left, known);
}

} // namespace
