// Put, delete, partial compaction, restart and crash in any order: nothing that was deleted comes back.
#include "support/compacting_store.hpp"

#include <cstdlib>

namespace {

using namespace mkdb::testing;
using mkdb::durability;

/// What the store must hold: what is surely durable, and the changes since, of which a crash keeps a prefix.
class history {
public:
    void note(std::string id, std::optional<std::string> text) {
        apply(now_, id, text);
        since_.emplace_back(std::move(id), std::move(text));
    }

    void all_durable() {
        durable_ = now_;
        since_.clear();
    }

    [[nodiscard]] compacting_store::content const& now() const { return now_; }

    /// Takes up what a crash left, if it is one of the states that it may leave.
    [[nodiscard]] bool survived_as(compacting_store::content const& found) {
        auto state = durable_;
        bool legal = state == found;
        for (auto const& [id, text] : since_) {
            apply(state, id, text);
            legal = legal || state == found;
        }
        now_ = found;
        all_durable();
        return legal;
    }

private:
    static void apply(compacting_store::content& state, std::string const& id, std::optional<std::string> const& text) {
        if (text) {
            state[id] = *text;
        } else {
            state.erase(id);
        }
    }

    compacting_store::content durable_;
    compacting_store::content now_;
    std::vector<std::pair<std::string, std::optional<std::string>>> since_;
};

class tombstone_run {
public:
    explicit tombstone_run(std::uint64_t seed)
        : seed_(seed), chance_(seed), mode_(static_cast<durability>(below(3))),
          with_(fault_file_system(seed), options(), 512U << (1 + below(4))) {}

    void run(int operations) {
        for (int i = 0; i < operations && !testing::Test::HasFailure(); ++i) {
            step();
        }
        with_.open();
        EXPECT_EQ(with_.all(), known_.now());
    }

    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
    [[nodiscard]] std::uint64_t crashes() const { return crashes_; }

private:
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return chance_() % bound; }

    [[nodiscard]] mkdb::store_options options() {
        mkdb::store_options chosen;
        chosen.mode = mode_;
        chosen.partitions = 1;
        chosen.compaction_dead_ratio = static_cast<double>(below(20)) / 20;
        return chosen;
    }

    void step() {
        auto const what = below(200);
        if (what < 110) {
            change(true);
        } else if (what < 188) {
            change(false);
        } else if (what < 194) {
            compact();
        } else if (what < 196) {
            with_.open();
            known_.all_durable();
            EXPECT_EQ(with_.all(), known_.now());
        } else if (what < 198) {
            with_.store->flush().value();
            known_.all_durable();
        } else {
            crash();
        }
    }

    void change(bool puts) {
        auto const id = "id" + std::to_string(below(40));
        auto const number = below(1000);
        auto const done = puts ? with_.put(id, number) : with_.store->erase({.id = id});
        known_.note(id, puts ? std::optional(compacting_store::text_of(number)) : std::nullopt);
        if (done && mode_ == durability::sync) {
            known_.all_durable();
        }
        failed_ = failed_ || !done;
    }

    void compact() {
        with_.store->reconfigure(options()).value();
        auto const report = with_.store->compact();
        dropped_ += report ? report->tombstones_dropped : 0;
        failed_ = failed_ || !report;
        EXPECT_EQ(with_.all(), known_.now());
    }

    /// The power goes at one of the next calls to the disk, in the middle of whatever is done then.
    void crash() {
        ++crashes_;
        auto& plan = with_.disk.plan();
        plan.fail_at = plan.calls + 1 + below(40);
        plan.sticky = true;
        failed_ = false;
        for (int i = 0; i < 30 && !failed_; ++i) {
            below(4) == 0 ? compact() : change(below(3) > 0);
        }
        with_.cut_power(static_cast<kept_bytes>(below(5)), static_cast<kept_names>(below(3)), seed_ + crashes_);
        EXPECT_TRUE(known_.survived_as(with_.all())) << "not a state that the crash may leave";
    }

    std::uint64_t seed_;
    std::mt19937_64 chance_;
    durability mode_;
    compacting_store with_;
    history known_;
    std::uint64_t dropped_ = 0;
    std::uint64_t crashes_ = 0;
    bool failed_ = false;
};

/// More than usual with MKDB_TOMBSTONE_SEEDS.
std::uint64_t seed_count() {
    auto const* const wanted = std::getenv("MKDB_TOMBSTONE_SEEDS");
    return wanted == nullptr ? 200 : std::strtoull(wanted, nullptr, 10);
}

TEST(TombstoneModel, NothingDeletedComesBack) {
    std::uint64_t dropped = 0;
    std::uint64_t crashes = 0;
    for (std::uint64_t seed = 1; seed <= seed_count() && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        tombstone_run run(seed);
        run.run(1000);
        dropped += run.dropped();
        crashes += run.crashes();
    }
    RecordProperty("dropped", std::to_string(dropped));
    EXPECT_GT(dropped, seed_count());
    EXPECT_GT(crashes, seed_count());
}

} // namespace
