#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/project.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/engine/query_page.hpp>
#include <mkdb/query/aggregator.hpp>
#include <mkdb/query/cursor.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/order.hpp>
#include <mkdb/query/position.hpp>
#include <mkdb/query/request.hpp>
#include <mkdb/query/select.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A record that belongs to an answer, with what its place among the others depends on.
struct query_hit {
    query::position at;
    std::uint64_t revision = 0;
    std::size_t partition = 0;
    row_id row = 0;
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
          nested_(nested), started_(clock.monotonic()) {
        if (request.aggregate) {
            aggregator_ = std::make_unique<query::aggregator>(*request.aggregate, nested);
        }
    }

    [[nodiscard]] result<query_page> run() {
        for (std::size_t i = 0; i < partitions_->size(); ++i) {
            MKDB_TRY(collect(i));
        }
        trim(wanted());
        auto const skipped = std::min<std::uint64_t>(request_->offset, hits_.size());
        hits_.erase(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(skipped));
        return page(following_ > skipped + hits_.size());
    }

private:
    /// How often time and cancellation are looked at: every few dozen microseconds of reading, unless one record is
    /// large.
    static constexpr std::size_t rows_between_checks = 64;
    static constexpr std::size_t bytes_between_checks = 64 * kibibyte;

    /// How many hits can be on this page or before it.
    [[nodiscard]] std::uint64_t wanted() const noexcept {
        auto const all = std::numeric_limits<std::uint64_t>::max();
        return request_->limit == 0 || request_->limit > all - request_->offset ? all
                                                                                : request_->offset + request_->limit;
    }

    [[nodiscard]] bool sorted() const noexcept { return !request_->sort.empty(); }

    /// Counts a record that was read; looks at the budget when it is time.
    [[nodiscard]] result<> spend(std::size_t bytes) {
        ++rows_read_;
        bytes_read_ += bytes;
        if (rows_read_ < rows_between_checks && bytes_read_ < bytes_between_checks) {
            return {};
        }
        rows_read_ = 0;
        bytes_read_ = 0;
        return check_budget();
    }

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
            if (found.exact && !needs_records()) {
                list(found.rows, state.rows, number);
                listed = true;
            }
            return found;
        });
        return listed ? result<>{} : examine(partition, number, selection);
    }

    /// Whether the rows alone do not make the answer.
    [[nodiscard]] bool needs_records() const noexcept {
        return request_->count_only ? aggregator_ != nullptr : sorted();
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

    /// The rows are the answer: no record is read. They are in the order in which their records were created.
    void list(index::row_set const& rows, directory const& versions, std::size_t number) {
        auto const count = rows.cardinality();
        total_ += count;
        if (request_->count_only) {
            return;
        }
        auto const skipped = request_->after ? rows_up_to(request_->after->created, rows, versions) : 0;
        following_ += count - skipped;
        auto at = rows.begin();
        if (std::uint32_t first = 0; skipped != 0 && rows.select(static_cast<std::uint32_t>(skipped), &first)) {
            at.equalorlarger(first);
        } else if (skipped != 0) {
            at = rows.end();
        }
        for (auto left = wanted(); at != rows.end() && left > 0; ++at, --left) {
            auto const& newest = versions.at(*at);
            hits_.push_back({{std::string(versions.id(*at)), newest.created, {}}, newest.sequence, number, *at});
        }
    }

    /// How many rows were created no later than this: a binary search.
    [[nodiscard]] static std::uint64_t rows_up_to(std::uint64_t created, index::row_set const& rows,
                                                  directory const& versions) {
        auto const ranks = std::views::iota(std::uint64_t{0}, rows.cardinality());
        auto const end = std::ranges::partition_point(ranks, [&](std::uint64_t rank) {
            std::uint32_t row = 0;
            return rows.select(static_cast<std::uint32_t>(rank), &row) && versions.at(row).created <= created;
        });
        return static_cast<std::uint64_t>(end - ranks.begin());
    }

    /// Reads the rows that may match, checks what indexes left open, and keeps what can be on the page.
    template <class Partition, class Selection>
    [[nodiscard]] result<> examine(Partition const& partition, std::size_t number, Selection const& selection) {
        std::uint64_t kept = 0;
        for (auto const row : selection.rows) {
            MKDB_TRY_ASSIGN(auto found, partition.read_for_scan(row));
            MKDB_TRY(spend(found ? found->text().size() : 0));
            if (!found) {
                continue;
            }
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->text()));
            if (!selection.exact && !matches(found->id, fields)) {
                continue;
            }
            ++total_;
            if (aggregator_) {
                MKDB_TRY(aggregator_->add(found->id, fields));
            }
            if (request_->count_only) {
                continue;
            }
            auto values = query::sort_values_of(found->id, fields, request_->sort, nested_);
            query::position place{std::move(found->id), found->created, std::move(values)};
            if (!is_ahead(place)) {
                continue;
            }
            ++following_;
            if (sorted() || kept < wanted()) {
                ++kept;
                hits_.push_back({std::move(place), found->revision, number, row});
                trim_when_large();
            }
        }
        return {};
    }

    /// Whether a record comes after what the cursor has seen.
    [[nodiscard]] bool is_ahead(query::position const& place) const {
        return !request_->after || query::compare(place, *request_->after, request_->sort) > 0;
    }

    [[nodiscard]] bool matches(std::string_view id, boost::json::object const& fields) const {
        return query::matches(request_->where, id, fields, nested_, *tokenizer_);
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
        auto const ahead = [this](query_hit const& a, query_hit const& b) {
            return query::compare(a.at, b.at, request_->sort) < 0;
        };
        auto const end = hits_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count, hits_.size()));
        std::partial_sort(hits_.begin(), end, hits_.end(), ahead);
        hits_.erase(end, hits_.end());
    }

    [[nodiscard]] result<query_page> page(bool more_follow) {
        query_page answer;
        answer.total_matches = total_;
        if (aggregator_) {
            MKDB_TRY_ASSIGN(answer.aggregate, aggregator_->figures());
        }
        if (more_follow && !hits_.empty()) {
            answer.next_cursor = query::to_cursor(hits_.back().at, request_->sort);
        }
        for (auto& hit : hits_) {
            if (request_->hydrate) {
                MKDB_TRY_ASSIGN(auto found, hydrate(hit));
                MKDB_TRY(spend(found ? found->json.size() : 0));
                if (!found) {
                    continue;
                }
                answer.records.push_back(std::move(*found));
            }
            answer.ids.push_back(std::move(hit.at.id));
        }
        return answer;
    }

    /// The hit's record, with the fields that are wanted; none when it went, or changed so that it no longer matches,
    /// since it was selected.
    [[nodiscard]] result<std::optional<record>> hydrate(query_hit const& hit) const {
        MKDB_TRY_ASSIGN(auto found, (*partitions_)[hit.partition]->read_row(hit.row));
        if (found && found->revision != hit.revision) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->json));
            if (!matches(found->id, fields)) {
                return std::optional<record>{};
            }
        }
        if (found && request_->fields) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->json));
            found->json = document::to_json(document::project(fields, *request_->fields, nested_));
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
    std::size_t rows_read_ = 0; ///< Since the budget was looked at.
    std::size_t bytes_read_ = 0;
    std::uint64_t total_ = 0;
    std::uint64_t following_ = 0; ///< Of these, what comes after the cursor.
    std::vector<query_hit> hits_;
    std::unique_ptr<query::aggregator> aggregator_; ///< Not an optional: GCC 12 takes its members for uninitialized.
};

template <class Partitions, class Clock, class Tokenizer>
[[nodiscard]] result<query_page> run_query(Partitions const& partitions, query::request const& request,
                                           query_budget const& budget, Clock const& clock, Tokenizer const& tokenizer,
                                           bool nested) {
    return query_run(partitions, request, budget, clock, tokenizer, nested).run();
}

} // namespace mkdb::engine
