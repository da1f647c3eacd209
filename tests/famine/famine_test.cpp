#include "support/famine_scenarios.hpp"
#include "support/temporary_directory.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace mkdb::testing; // NOLINT(google-build-using-namespace)
namespace acts = mkdb::testing::famine_acts;
namespace fs = std::filesystem;

void damage_a_segment(fs::path const& directory) {
    std::vector<fs::path> segments;
    for (auto const& each : fs::directory_iterator(directory / "data" / "stores" / "s" / "p000")) {
        if (each.path().filename().string().starts_with("segment-")) {
            segments.push_back(each.path());
        }
    }
    std::ranges::sort(segments);
    std::fstream file(segments.front(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(1000);
    auto const was = file.get();
    file.seekp(1000);
    file.put(static_cast<char>(was ^ 0x40));
}

/// As a process leaves it that was killed.
void leave_unclosed(fs::path const& directory) {
    auto const end = in_child([&](famine_pipe out) {
        famine_actor actor(directory, {}, out);
        actor.open();
        actor.put("id4", famine_json(4));
        static_cast<void>(::_exit(0));
    });
    ASSERT_EQ(end.how, famine_end::kind::normal) << end.status;
}

famine_scenario const scenarios[] = {
    {"OpenEmpty", acts::open_empty},
    {"OpenExisting", acts::open_existing, true},
    {"OpenAfterACrash", acts::open_existing, true, leave_unclosed},
    {"OpenDamaged", acts::open_existing, true, damage_a_segment},
    {"CreateAStore", acts::create, true},
    {"Write", acts::write_new, true},
    {"Overwrite", acts::overwrite, true},
    {"Erase", acts::erase, true},
    {"Merge", acts::merge, true},
    {"Insert", acts::insert, true},
    {"Batch", acts::batch, true},
    {"RollSegments", acts::roll_segments, true},
    {"WriteTogether", acts::write_together, true},
    {"WriteWithoutWaiting", acts::write_without_waiting, true},
    {"WriteAndFlush", acts::write_buffered, true},
    {"ReadCached", acts::read_cached},
    {"ReadUncached", acts::read_uncached},
    {"ReadDamaged", acts::read_damaged, false, damage_a_segment},
    {"QueryAnIndex", acts::query_index},
    {"QueryText", acts::query_text},
    {"QuerySorted", acts::query_sorted},
    {"ChangeTheSchema", acts::change_schema},
    {"Compact", acts::compact, true},
    {"Scrub", acts::scrub, false, damage_a_segment},
    {"Checkpoint", acts::checkpoint, true},
    {"Backup", acts::backup, true},
    {"Restore", acts::restore, false, acts::make_backup},
    {"Close", acts::close, true},
    {"Destroy", acts::destroy, true},
    {"LargeRecord", acts::large_record, true},
    {"Subscribe", acts::subscribe, true},
    {"Upkeep", acts::upkeep, true},
};

/// Something live, something replaced and something deleted, in sealed segments with parity and a checkpoint.
void make_usual_database(fs::path const& directory) {
    auto data =
        famine_database::open(directory / "data", {.background_flush = false}, famine_database::environment_type())
            .value();
    auto const store = data->create_store("s", famine_options(), famine_storage).value();
    for (int i = 0; i < 120; ++i) {
        ASSERT_TRUE(store->write({.id = "id" + std::to_string(i % 50), .delta = famine_object(famine_json(i % 50))}));
        if (i % 10 == 9) {
            ASSERT_TRUE(store->erase({.id = "id" + std::to_string(i % 50 - 1)}));
        }
    }
    ASSERT_TRUE(store->scrub());
    ASSERT_TRUE(data->close());
}

famine_model::content read_content(famine_store const& store) {
    famine_model::content found;
    auto const damaged = store.for_each([&](mkdb::record const& each) {
        found[each.id] = std::string(text_word(each.json).view());
        return true;
    });
    EXPECT_TRUE(damaged && *damaged == 0);
    return found;
}

class Famine : public ::testing::TestWithParam<famine_scenario> {
protected:
    void SetUp() override {
        make_usual_database(template_());
        if (GetParam().prepare != nullptr) {
            GetParam().prepare(template_());
        }
        copy_template();
        base_ = open_and_read();
        // What is made once in a process, such as tables of the standard library, is no leak of a child.
        copy_template();
        live(famine_pipe(::open("/dev/null", O_WRONLY | O_CLOEXEC)), {});
    }

    /// One child with this want of memory; returns how many calls of operator new it made.
    std::uint64_t starve(famine::plan const& wanted) {
        SCOPED_TRACE("call " + std::to_string(wanted.nth) + (wanted.sticky ? " and all after it" : "") + " failed");
        copy_template();
        auto const end = in_child([&](famine_pipe out) { live(out, wanted); });
        EXPECT_NE(end.how, famine_end::kind::broken) << end.status;
        EXPECT_TRUE(end.how != famine_end::kind::stopped || GetParam().may_stop) << end.status;
        stops_ += end.how == famine_end::kind::stopped ? 1 : 0;
        famine_model model(base_);
        model.follow(end.told);
        std::uint64_t calls = 0;
        famine_model::content seen;
        for (auto const& each : end.told) {
            EXPECT_NE(each.what, 'X') << each.id << ": " << each.word;
            EXPECT_NE(each.what, 'L') << each.word;
            calls = each.what == 'N' ? std::stoull(each.word) : calls;
            if (each.what == 'C') {
                seen[each.id] = each.word;
            }
        }
        if (end.how == famine_end::kind::normal) {
            EXPECT_THAT(model.judge(seen), ::testing::IsEmpty()) << "as it was seen";
        }
        EXPECT_THAT(model.judge(open_and_read()), ::testing::IsEmpty()) << "as it was opened again";
        return calls;
    }

    [[nodiscard]] std::uint64_t stops() const noexcept { return stops_; }

private:
    [[nodiscard]] fs::path template_() const { return place_.path() / "template"; }
    [[nodiscard]] fs::path copy() const { return place_.path() / "copy"; }

    void copy_template() const {
        fs::remove_all(copy());
        fs::copy(template_(), copy(), fs::copy_options::recursive);
    }

    void live(famine_pipe out, famine::plan const& wanted) const {
        auto const before = famine::live();
        {
            famine_actor actor(copy(), wanted, out);
            GetParam().act(actor);
            actor.examine();
        }
        auto const after = famine::live();
        if (after != before) {
            out.tell('L', {}, std::to_string(after.blocks - before.blocks) + " blocks are left");
        }
    }

    [[nodiscard]] famine_model::content open_and_read() const {
        auto data =
            famine_database::open(copy() / "data", {.background_flush = false}, famine_database::environment_type());
        if (!data) {
            ADD_FAILURE() << data.error().message;
            return {};
        }
        auto const store = (*data)->open_store("s", famine_options(), famine_storage);
        if (!store) {
            ADD_FAILURE() << store.error().message;
            return {};
        }
        for (auto const& each : (*store)->recovery()) {
            EXPECT_TRUE(each.lost.empty());
        }
        return read_content(**store);
    }

    temporary_directory place_;
    famine_model::content base_;
    std::uint64_t stops_ = 0;
};

/// All, or about so many that are spread over all of them, others each time that the seed is. MKDB_FAMINE_CALL: that
/// one, to look into what it meets.
std::vector<std::uint64_t> chosen_of(std::uint64_t count, std::uint64_t seed) {
    if (auto const* const one = std::getenv("MKDB_FAMINE_CALL")) {
        return {std::stoull(one)};
    }
    constexpr std::uint64_t usual_share = 8;
    auto const step = std::getenv("MKDB_FULL_TESTS") != nullptr ? 1 : std::max<std::uint64_t>(1, count / usual_share);
    std::vector<std::uint64_t> chosen;
    for (auto n = 1 + std::mt19937_64(seed)() % step; n <= count; n += step) {
        chosen.push_back(n);
    }
    return chosen;
}

TEST_P(Famine, LosesNothingAndKeepsNobodyWaiting) {
    auto const calls = starve({});
    ASSERT_GT(calls, 0U);
    std::uint64_t injected = 0;
    for (bool const sticky : {false, true}) {
        for (auto const nth : chosen_of(calls, calls * 2 + (sticky ? 1 : 0))) {
            starve({nth, sticky});
            ++injected;
            if (HasFailure()) {
                return;
            }
        }
    }
    RecordProperty("scenarios", 1);
    RecordProperty("failures_injected", std::to_string(injected));
    RecordProperty("stops", std::to_string(stops()));
}

[[nodiscard]] std::string name_of(::testing::TestParamInfo<famine_scenario> const& each) {
    return std::string(each.param.name);
}

INSTANTIATE_TEST_SUITE_P(All, Famine, ::testing::ValuesIn(scenarios), name_of);

} // namespace
