#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/merge.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/engine/record.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::testing {

struct known_record {
    boost::json::object fields;
    std::uint64_t revision = 0; ///< 0: nobody was told.
    std::uint64_t created = 0;  ///< 0: nobody was told.

    /// Whether a store that shows `found` may hold this.
    [[nodiscard]] bool fits(known_record const& found) const {
        return fields == found.fields && (revision == 0 || revision == found.revision);
    }
};
using known_state = std::optional<known_record>;
using known_content = std::map<std::string, known_record>;

/// A change that was asked for.
struct asked_change {
    std::string id;
    bool erases = false;
    boost::json::object delta{};
    std::optional<std::uint64_t> if_revision{};
    durability mode = durability::sync;
};

/// What may be amiss when an answer comes, so that some errors are honest.
struct circumstances {
    bool disk_failed = false; ///< A call failed since the store was opened.
    bool disk_full = false;
    bool rotten = false; ///< Bytes of the log have changed by themselves.
};

/// What one partition must hold: what surely survives a power cut, the changes since, in order, and those whose
/// outcome nobody knows. A crash keeps a prefix.
class partition_model {
public:
    [[nodiscard]] known_content const& now() const noexcept { return now_; }

    [[nodiscard]] known_state find(std::string const& id) const { return find_in(now_, id); }

    /// Asked, and not answered yet.
    [[nodiscard]] bool busy() const noexcept { return !asked_.empty(); }

    [[nodiscard]] bool awaits(std::string const& id) const {
        return std::ranges::any_of(asked_, [&](auto const& each) { return each.id == id; });
    }

    void ask(asked_change change) {
        remember(change.id);
        asked_.push_back(std::move(change));
    }

    /// Whether the condition of a change would not hold.
    [[nodiscard]] bool conflicts(asked_change const& change) const {
        auto const before = find(change.id);
        return change.if_revision && *change.if_revision != (before ? before->revision : 0);
    }

    /// How the record of a change would be without it and with it.
    [[nodiscard]] std::pair<known_state, known_state> around(asked_change const& change) const {
        auto const before = last_of(change.id);
        return {before, outcome_of(change, before, 0)};
    }

    /// The oldest change was answered. Returns what is wrong with that; empty: nothing.
    [[nodiscard]] std::string answer(result<write_outcome> const& told, clock::monotonic_time when,
                                     circumstances const& around) {
        auto const change = std::move(asked_.front());
        asked_.pop_front();
        bool const conflict = conflicts(change);
        if (told) {
            return conflict ? "'" + change.id + "' was changed against its condition" : accept(change, *told, when);
        }
        switch (told.error().code) {
        case errc::revision_conflict:
            // With a version that the disk then refused, or whose outcome is unknown.
            return conflict || around.disk_failed || around.disk_full
                       ? ""
                       : "a conflict on '" + change.id + "' that is none";
        case errc::io:
        case errc::outcome_unknown:
            since_.push_back({change.id, outcome_of(change, last_of(change.id), 0), when, true});
            return around.disk_failed ? "" : refused(told.error());
        case errc::read_only: return around.disk_failed ? "" : refused(told.error());
        case errc::no_space: return around.disk_failed || around.disk_full ? "" : refused(told.error());
        case errc::corrupt_record: return around.rotten ? "" : refused(told.error());
        default: return refused(told.error());
        }
    }

    /// Everything that was accepted survives a power cut.
    void all_durable() {
        durable_ = now_;
        std::erase_if(since_, [](auto const& each) { return !each.unknown; });
        written_ = 0;
    }

    /// The time has come at which what was accepted until then must be durable in every mode.
    void durable_until(clock::monotonic_time then) {
        std::size_t settled = 0;
        while (settled < since_.size() && !since_[settled].unknown && since_[settled].when <= then) {
            apply(durable_, since_[settled].id, since_[settled].after);
            ++settled;
        }
        since_.erase(since_.begin(), since_.begin() + static_cast<std::ptrdiff_t>(settled));
        written_ -= std::min(written_, settled);
    }

    /// The flush of what is not durable begins anew: nobody could flush until `then`.
    void postpone(clock::monotonic_time then) {
        for (auto& each : since_) {
            each.when = std::max(each.when, then);
        }
    }

    /// Takes up what a restart found, if that is one of the states which it may find. `killed`: only the process died,
    /// and what was handed to the system is kept.
    [[nodiscard]] bool survived_as(known_content const& found, bool killed) {
        auto state = durable_;
        bool legal = (!killed || written_ == 0) && same(state, found);
        for (std::size_t at = 0; at < since_.size() && !legal; ++at) {
            apply(state, since_[at].id, since_[at].after);
            legal = (!killed || at + 1 >= written_) && same(state, found);
        }
        for (auto& [id, record] : state) {
            record.revision = legal ? found.at(id).revision : record.revision;
        }
        now_ = durable_ = std::move(state);
        since_.clear();
        written_ = 0;
        return legal;
    }

    /// From now on, which states each changed record goes through is remembered.
    void watch() {
        watched_.emplace();
        for (auto const& each : asked_) {
            remember(each.id);
        }
    }

    void end_watch() { watched_.reset(); }

    /// The states in which somebody who looked since `watch` may have met this record; none: only as it is now.
    [[nodiscard]] std::vector<known_state> possible(std::string const& id) const {
        if (!watched_ || !watched_->contains(id)) {
            return {};
        }
        auto all = watched_->at(id);
        auto state = find(id);
        for (auto const& each : asked_) {
            if (each.id == id) {
                state = outcome_of(each, state, 0);
                all.push_back(state);
            }
        }
        return all;
    }

    [[nodiscard]] std::vector<std::string> unsettled_ids() const {
        std::vector<std::string> ids;
        if (watched_) {
            for (auto const& [id, states] : *watched_) {
                ids.push_back(id);
            }
        }
        return ids;
    }

    /// Changes that a listener must have been told of since the store was opened.
    [[nodiscard]] std::uint64_t told_changes() const noexcept { return told_changes_; }
    void forget_told_changes() noexcept { told_changes_ = 0; }

private:
    struct past_change {
        std::string id;
        known_state after;
        clock::monotonic_time when;
        bool unknown = false; ///< Nobody knows whether it happened.
    };

    [[nodiscard]] static known_state find_in(known_content const& all, std::string const& id) {
        auto const found = all.find(id);
        return found == all.end() ? known_state{} : known_state(found->second);
    }

    static void apply(known_content& state, std::string const& id, known_state const& after) {
        if (after) {
            state.insert_or_assign(id, *after);
        } else {
            state.erase(id);
        }
    }

    [[nodiscard]] static bool same(known_content const& expected, known_content const& found) {
        return std::ranges::equal(expected, found, [](auto const& a, auto const& b) {
            return a.first == b.first && a.second.fits(b.second);
        });
    }

    [[nodiscard]] static known_state outcome_of(asked_change const& change, known_state before,
                                                std::uint64_t revision) {
        if (change.erases) {
            return std::nullopt;
        }
        auto after = before.value_or(known_record{});
        document::merge(after.fields, change.delta, false);
        after.created = before ? before->created : revision;
        after.revision = revision;
        return after;
    }

    [[nodiscard]] static std::string refused(error const& why) {
        return "refused without need, " + std::string(to_string(why.code)) + ": " + why.message;
    }

    /// The state after all that was asked, whether or not it happened.
    [[nodiscard]] known_state last_of(std::string const& id) const {
        for (auto at = since_.rbegin(); at != since_.rend(); ++at) {
            if (at->id == id) {
                return at->after;
            }
        }
        return find(id);
    }

    [[nodiscard]] std::string accept(asked_change const& change, write_outcome const& told,
                                     clock::monotonic_time when) {
        auto const before = find(change.id);
        if (change.erases ? told.revision != 0 : told.revision <= newest_revision_) {
            return "'" + change.id + "' got revision " + std::to_string(told.revision) + " after " +
                   std::to_string(newest_revision_);
        }
        newest_revision_ = std::max(newest_revision_, told.revision);
        if (before || !change.erases) {
            auto after = outcome_of(change, before, told.revision);
            apply(now_, change.id, after);
            since_.push_back({change.id, std::move(after), when, false});
            ++told_changes_;
        }
        remember(change.id);
        if (change.mode == durability::sync) {
            all_durable();
        } else if (change.mode == durability::interval) {
            written_ = since_.size();
        }
        return {};
    }

    void remember(std::string const& id) {
        if (watched_) {
            (*watched_)[id].push_back(find(id));
        }
    }

    known_content durable_;
    known_content now_;
    std::vector<past_change> since_;
    std::size_t written_ = 0; ///< How many of `since_` survive the death of the process.
    std::deque<asked_change> asked_;
    std::optional<std::map<std::string, std::vector<known_state>>> watched_;
    std::uint64_t newest_revision_ = 0;
    std::uint64_t told_changes_ = 0;
};

} // namespace mkdb::testing
