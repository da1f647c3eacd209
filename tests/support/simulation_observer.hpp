#pragma once

#include "simulation_answers.hpp"
#include "simulation_chance.hpp"
#include "simulation_machine.hpp"
#include "simulation_trace.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace mkdb::testing {

/// Looks at the machine of a simulation in every way that a program can, and compares with the model.
class simulation_observer {
public:
    explicit simulation_observer(std::uint64_t seed)
        : chance(seed), machine(seed), model(static_cast<std::uint32_t>(1 + chance.below(3))) {}

    /// The first thing that was wrong.
    [[nodiscard]] std::optional<std::string> const& complaint() const noexcept { return complaint_; }

    void complain(std::string what) {
        if (!what.empty() && !complaint_) {
            trace.note("WRONG: " + what);
            complaint_ = std::move(what);
        }
    }

    [[nodiscard]] circumstances around() {
        auto const& plan = machine.disk.plan();
        disk_failed_ = disk_failed_ || (!disk_full_ && plan.fail_at > 0 && plan.calls >= plan.fail_at);
        return {disk_failed_, disk_full_, rotten_};
    }

    void read_one() {
        auto const id = chance.id();
        bool const outermost = begin_watch();
        auto const failing = fail_a_read();
        auto const found = machine.store->read(id);
        if (found) {
            complain(
                model.judge_read(id, known_record{document::parse_object(found->json).value(), found->revision, 0}));
        } else if (found.error().code == errc::not_found) {
            complain(model.judge_read(id, std::nullopt));
        } else {
            complain_unless_honest("read of '" + id + "'", found.error(), failing);
        }
        note("read " + id, found ? std::to_string(found->revision) : std::string(to_string(found.error().code)));
        end_watch(outermost);
    }

    void query_one() {
        bool const failing = fail_a_read();
        ask_query([] {}, failing);
    }

    /// `meanwhile` is called when the engine lets others have a turn.
    template <class Meanwhile>
    void query_one(Meanwhile&& meanwhile) {
        ask_query(std::forward<Meanwhile>(meanwhile), false);
    }

    /// Every record, one after another, while `meanwhile` changes some.
    template <class Meanwhile>
    void scan_all(Meanwhile&& meanwhile) {
        bool const outermost = begin_watch();
        std::map<std::string, int> seen;
        auto const store = machine.store;
        auto const damaged = store->for_each([&](record const& each) {
            ++seen[each.id];
            complain(
                model.judge_read(each.id, known_record{document::parse_object(each.json).value(), each.revision, 0}));
            meanwhile();
            return true;
        });
        if (!damaged) {
            complain_unless_honest("scan", damaged.error(), false);
        } else if (*damaged > 0 && !rotten_) {
            complain(std::to_string(*damaged) + " damaged records in a scan of sound ones");
        } else if (!rotten_) {
            complain(missing_in(seen));
        }
        note("scan", std::to_string(seen.size()));
        end_watch(outermost);
    }

    simulation_chance chance;
    simulation_machine machine;
    store_model model;
    simulation_trace trace;

protected:
    void note(std::string const& what, std::string const& outcome) {
        auto const time = std::chrono::duration_cast<std::chrono::milliseconds>(machine.now().time_since_epoch());
        trace.note("t=" + std::to_string(time.count()) + " " + what + " -> " + outcome);
    }

    bool disk_failed_ = false; ///< Since the last start.
    bool disk_full_ = false;
    bool rotten_ = false;

private:
    template <class Meanwhile>
    void ask_query(Meanwhile&& meanwhile, bool failing) {
        auto const body = chance.query();
        auto const asked = machine.store->parse_query(body).value();
        bool const outermost = begin_watch();
        query_budget budget;
        budget.cancelled = [&] {
            meanwhile();
            return false;
        };
        // The store of before the question, though a crash in between may bring another.
        auto const store = machine.store;
        auto const page = store->query(asked, budget);
        if (page) {
            auto wrong = model.judge_page(asked, *page);
            complain(wrong.empty() ? wrong : document::to_json(body) + ": " + wrong);
        } else {
            complain_unless_honest("query " + document::to_json(body), page.error(), failing);
        }
        note("query", page ? std::to_string(page->total_matches) : std::string(to_string(page.error().code)));
        end_watch(outermost);
    }

    [[nodiscard]] bool begin_watch() {
        if (watching_) {
            return false;
        }
        model.watch();
        return watching_ = true;
    }

    void end_watch(bool outermost) {
        machine.disk.plan().fail_read_at = 0;
        if (outermost) {
            watching_ = false;
            model.end_watch();
        }
    }

    /// Now and then the disk cannot be read for once. Returns whether that may be seen.
    [[nodiscard]] bool fail_a_read() {
        auto& plan = machine.disk.plan();
        bool const fails = chance.one_in(40);
        plan.fail_read_at = fails ? plan.reads + 1 : 0;
        return fails;
    }

    void complain_unless_honest(std::string const& what, error const& why, bool failing) {
        bool const honest = (why.code == errc::io && failing) || (why.code == errc::corrupt_record && rotten_);
        if (!honest) {
            complain(what + " failed, " + std::string(to_string(why.code)) + ": " + why.message);
        }
    }

    [[nodiscard]] std::string missing_in(std::map<std::string, int> const& seen) {
        for (auto const& [id, record] : model.all()) {
            auto const found = seen.find(id);
            int const times = found == seen.end() ? 0 : found->second;
            if (times != 1 && model.at(id).possible(id).empty()) {
                return "'" + id + "' came " + std::to_string(times) + " times in a scan";
            }
        }
        return {};
    }

    std::optional<std::string> complaint_;
    bool watching_ = false;
};

} // namespace mkdb::testing
