#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/query_page.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/order.hpp>
#include <mkdb/query/request.hpp>
#include <mkdb/query/select.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A record that belongs to an answer, with what its place among the others depends on.
struct query_hit {
    std::string id;
    std::uint64_t created = 0;
    std::uint64_t revision = 0;
    std::size_t partition = 0;
    row_id row = 0;
    query::sort_values values;
};

/// Runs one query over the partitions of a store; made for one call.
///
/// A record that changes while the query runs is judged by the version that the query meets; one that was acknowledged
/// before the query began is met in that version or a newer one.
template <class Partitions, class Clock, class Tokenizer>
class query_run {
public:
    query_run(Partitions const& partitions, query::request const& request, query_budget const& budget,
              Clock const& clock, Tokenizer const& tokenizer, bool nested)
        : partitions_(&partitions), request_(&request), budget_(&budget), clock_(&clock), tokenizer_(&tokenizer),
          nested_(nested), started_(clock.monotonic()) {}

    [[nodiscard]] result<query_page> run() {
        for (std::size_t i = 0; i < partitions_->size(); ++i) {
            MKDB_TRY(collect(i));
        }
        trim(wanted());
        auto const skipped = std::min<std::uint64_t>(request_->offset, hits_.size());
        hits_.erase(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(skipped));
        return page();
    }

private:
    /// How often time and cancellation are looked at: a few dozen microseconds of reading.
    static constexpr std::size_t rows_between_checks = 64;

    /// How many hits can be on this page or before it.
    [[nodiscard]] std::uint64_t wanted() const noexcept {
        auto const all = std::numeric_limits<std::uint64_t>::max();
        return request_->limit == 0 || request_->limit > all - request_->offset ? all
                                                                                : request_->offset + request_->limit;
    }

    [[nodiscard]] bool sorted() const noexcept { return !request_->sort.empty(); }

    [[nodiscard]] result<> check_budget() const {
        if (budget_->cancelled && budget_->cancelled()) {
            return fail(errc::cancelled, "Query cancelled");
        }
        if (budget_->time_limit && clock_->monotonic() - started_ > *budget_->time_limit) {
            return fail(errc::query_timeout,
                        "Query exceeded hard limit of " + std::to_string(budget_->time_limit->count()) + " ms");
        }
        return {};
    }

    [[nodiscard]] result<> collect(std::size_t number) {
        MKDB_TRY(check_budget());
        auto const& partition = *(*partitions_)[number];
        bool listed = false;
        auto const selection = partition.inspect([&](auto const& state) {
            auto found = select(state);
            if (found.exact && !sorted()) {
                list(found.rows, state.rows, number);
                listed = true;
            }
            return found;
        });
        return listed ? result<>{} : examine(partition, number, selection);
    }

    /// Which rows may match. While the meaning of field names changes, and when that failed half way, indexes may be of
    /// the other meaning, and say nothing.
    template <class State>
    [[nodiscard]] query::selection select(State const& state) const {
        if (state.indexes.nested() != nested_) {
            return {state.rows.live(), false, {}};
        }
        auto const resolve = [&](std::string_view id) { return state.rows.find(id); };
        auto found = query::select(request_->where, state.indexes, resolve, state.rows.live());
        found.exact = found.exact && state.unread.isEmpty();
        found.rows |= state.unread;
        return found;
    }

    /// The rows are the answer: no record is read.
    void list(index::row_set const& rows, directory const& versions, std::size_t number) {
        total_ += rows.cardinality();
        std::uint64_t left = wanted();
        for (auto at = rows.begin(); at != rows.end() && left > 0; ++at, --left) {
            auto const& newest = versions.at(*at);
            hits_.push_back({std::string(versions.id(*at)), newest.created, newest.sequence, number, *at, {}});
        }
    }

    /// Reads the rows that may match, checks what indexes left open, and keeps what can be on the page.
    template <class Partition, class Selection>
    [[nodiscard]] result<> examine(Partition const& partition, std::size_t number, Selection const& selection) {
        std::uint64_t kept = 0;
        std::size_t until_check = rows_between_checks;
        for (auto const row : selection.rows) {
            if (--until_check == 0) {
                MKDB_TRY(check_budget());
                until_check = rows_between_checks;
            }
            MKDB_TRY_ASSIGN(auto found, partition.read_for_scan(row));
            if (!found) {
                continue;
            }
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->text()));
            if (!selection.exact && !matches(found->id, fields)) {
                continue;
            }
            ++total_;
            if (sorted() || kept < wanted()) {
                ++kept;
                auto values = query::sort_values_of(found->id, fields, request_->sort, nested_);
                hits_.push_back(
                    {std::move(found->id), found->created, found->revision, number, row, std::move(values)});
                trim_when_large();
            }
        }
        return {};
    }

    [[nodiscard]] bool matches(std::string_view id, boost::json::object const& fields) const {
        return query::matches(request_->where, id, fields, nested_, *tokenizer_);
    }

    [[nodiscard]] bool before(query_hit const& a, query_hit const& b) const {
        if (!sorted()) {
            return a.created < b.created;
        }
        auto const order = query::compare(a.values, b.values, request_->sort);
        return order != 0 ? order < 0 : a.id < b.id;
    }

    /// A sorted query keeps at most twice what the page can need.
    void trim_when_large() {
        if (sorted() && wanted() < std::numeric_limits<std::uint64_t>::max() / 2 && hits_.size() >= 2 * wanted() &&
            hits_.size() >= rows_between_checks) {
            trim(wanted());
        }
    }

    /// Puts the first `count` hits in order and drops the others.
    void trim(std::uint64_t count) {
        auto const ahead = [this](query_hit const& a, query_hit const& b) { return before(a, b); };
        auto const end = hits_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count, hits_.size()));
        std::partial_sort(hits_.begin(), end, hits_.end(), ahead);
        hits_.erase(end, hits_.end());
    }

    [[nodiscard]] result<query_page> page() {
        query_page answer;
        answer.total_matches = total_;
        std::size_t until_check = rows_between_checks;
        for (auto& hit : hits_) {
            if (request_->hydrate) {
                if (--until_check == 0) {
                    MKDB_TRY(check_budget());
                    until_check = rows_between_checks;
                }
                MKDB_TRY_ASSIGN(auto found, hydrate(hit));
                if (!found) {
                    continue;
                }
                answer.records.push_back(std::move(*found));
            }
            answer.ids.push_back(std::move(hit.id));
        }
        return answer;
    }

    /// The hit's record; none when it went, or changed so that it no longer matches, since it was selected.
    [[nodiscard]] result<std::optional<record>> hydrate(query_hit const& hit) const {
        MKDB_TRY_ASSIGN(auto found, (*partitions_)[hit.partition]->read_row(hit.row));
        if (found && found->revision != hit.revision) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->json));
            if (!matches(found->id, fields)) {
                return std::optional<record>{};
            }
        }
        return found;
    }

    Partitions const* partitions_;
    query::request const* request_;
    query_budget const* budget_;
    Clock const* clock_;
    Tokenizer const* tokenizer_;
    bool nested_;
    clock::monotonic_time started_;
    std::uint64_t total_ = 0;
    std::vector<query_hit> hits_;
};

template <class Partitions, class Clock, class Tokenizer>
[[nodiscard]] result<query_page> run_query(Partitions const& partitions, query::request const& request,
                                           query_budget const& budget, Clock const& clock, Tokenizer const& tokenizer,
                                           bool nested) {
    return query_run(partitions, request, budget, clock, tokenizer, nested).run();
}

} // namespace mkdb::engine
