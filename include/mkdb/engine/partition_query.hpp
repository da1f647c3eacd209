#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/count_texts.hpp>
#include <mkdb/engine/hit_list.hpp>
#include <mkdb/engine/list_ranked.hpp>
#include <mkdb/engine/list_rows.hpp>
#include <mkdb/engine/page_maker.hpp>
#include <mkdb/engine/plan_statistics.hpp>
#include <mkdb/engine/query_page.hpp>
#include <mkdb/engine/query_watch.hpp>
#include <mkdb/engine/search_scores.hpp>
#include <mkdb/query/aggregator.hpp>
#include <mkdb/query/count.hpp>
#include <mkdb/query/explanation.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/order.hpp>
#include <mkdb/query/plan.hpp>
#include <mkdb/query/request.hpp>
#include <mkdb/query/select.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Runs one query over the partitions of a store; made for one call.
///
/// A record that changes while the query runs is judged by the version that the query meets; one that was acknowledged
/// before the query began is met in that version or a newer one.
template <class Partitions, class Clock, class Tokenizer>
class query_run {
public:
    query_run(Partitions const& partitions, query::request const& request, query_budget const& budget,
              Clock const& clock, Tokenizer const& tokenizer, bool nested)
        : partitions_(&partitions), request_(&request), clock_(&clock), tokenizer_(&tokenizer), nested_(nested),
          statistics_(partitions, nested), watch_(budget, clock), hits_(request) {
        if (request.aggregate) {
            aggregator_ = std::make_unique<query::aggregator>(*request.aggregate, nested);
        }
        if (request.search) {
            scores_ = std::make_unique<search_scores<Tokenizer>>(*request.search, tokenizer, nested);
        }
    }

    [[nodiscard]] result<query_page> run() {
        MKDB_TRY(collect_all());
        return page();
    }

    /// Runs the query without hydrating its page. Errors: as `run`.
    [[nodiscard]] result<query::explanation> explain() {
        explained_.emplace();
        auto const began = clock_->monotonic();
        MKDB_TRY(collect_all());
        auto told = *explained_;
        told.reading = clock_->monotonic() - began - told.planning - told.selecting;
        told.where = query::explain_step(plan_.where, totals_,
                                         [this](std::string_view field) { return statistics_.kind_of(field); });
        told.order = plan_.order;
        told.records = statistics_.live();
        told.records_read = watch_.records_read();
        told.total_matches = total_;
        return told;
    }

private:
    /// What is to be done with the rows of one partition.
    struct work {
        query::selection selected;
        std::vector<query::step_outcome> outcomes; ///< When the query is explained.
        bool counted = false;                      ///< All that match are in the total already.
    };

    [[nodiscard]] bool is_sorted() const noexcept { return !request_->sort.empty(); }

    [[nodiscard]] result<> collect_all() {
        make_plan();
        if (scores_ && !request_->count_only && request_->search->has_terms()) {
            MKDB_TRY(count_texts(*partitions_, watch_, *scores_));
        }
        for (std::size_t i = 0; i < partitions_->size(); ++i) {
            MKDB_TRY(watch_.check());
            auto const& partition = *(*partitions_)[i];
            auto const began = explained_ ? clock_->monotonic() : clock::monotonic_time();
            MKDB_TRY_ASSIGN(auto left, partition.inspect([&](auto const& state) { return select_and_list(state, i); }));
            if (explained_) {
                explained_->selecting += clock_->monotonic() - began;
            }
            MKDB_TRY(examine(partition, i, left));
            for (std::size_t step = 0; explained_ && step < totals_.size(); ++step) {
                totals_[step].add(left.outcomes[step]);
            }
        }
        return {};
    }

    void make_plan() {
        auto const began = explained_ ? clock_->monotonic() : clock::monotonic_time();
        plan_ = query::make_plan(*request_, statistics_);
        if (explained_) {
            explained_->planning = clock_->monotonic() - began;
            totals_.resize(plan_.steps);
        }
    }

    /// Selects the rows that may match, and lists those of which no record must be read. The rows that are left must.
    template <class State>
    [[nodiscard]] result<work> select_and_list(State const& state, std::size_t number) {
        if (auto counted = count(state)) {
            return std::move(*counted);
        }
        auto left = select(state);
        MKDB_TRY(watch_.check_time());
        if (explained_) {
            explained_->candidates += left.selected.rows.cardinality();
        }
        if (!left.selected.exact || aggregator_) {
            return left;
        }
        auto& rows = left.selected.rows;
        auto const how = listing_of(state, rows);
        if (how == listing::none) {
            return left;
        }
        total_ += rows.cardinality();
        left.counted = true;
        MKDB_TRY_ASSIGN(rows, list(how, rows, state, number));
        return left;
    }

    /// All the work on a partition whose index counts what matches, when the total is all that is wanted.
    template <class State>
    [[nodiscard]] std::optional<work> count(State const& state) {
        bool const indexes_know_live_rows =
            state.indexes.nested() == nested_ && state.unread.isEmpty() && state.ghosts.isEmpty();
        if (!request_->count_only || aggregator_ || !indexes_know_live_rows) {
            return std::nullopt;
        }
        work done;
        done.counted = true;
        done.outcomes.resize(explained_ ? plan_.steps : 0);
        auto const counted = query::count(plan_.where, state.indexes, explained_ ? &done.outcomes : nullptr);
        if (!counted) {
            return std::nullopt;
        }
        total_ += *counted;
        if (explained_) {
            explained_->candidates += *counted;
        }
        return done;
    }

    /// How the selected rows are listed without a look at their records.
    enum class listing {
        none,
        counted, ///< Their number is all that is wanted.
        created,
        ranked,
        walked, ///< An index knows the places of nearly all.
    };

    template <class State>
    [[nodiscard]] listing listing_of(State const& state, index::row_set const& rows) const {
        if (request_->count_only) {
            return listing::counted;
        }
        if (scores_) {
            bool const few = std::min<std::uint64_t>(hits_.wanted(), rows.cardinality()) <= most_ranked;
            return few && scores_->are_known_to(state) ? listing::ranked : listing::none;
        }
        if (!is_sorted()) {
            return listing::created;
        }
        auto const& field = request_->sort.front().field;
        auto const* settled = plan_.order == query::ordering::walk && state.indexes.nested() == nested_
                                  ? state.indexes.settled(field)
                                  : nullptr;
        bool const walked = settled != nullptr && rows.cardinality() - rows.and_cardinality(*settled) <= unsettled_read;
        return walked ? listing::walked : listing::none;
    }

    /// Gives the rows of which the records must be read all the same.
    template <class State>
    [[nodiscard]] result<index::row_set> list(listing how, index::row_set const& rows, State const& state,
                                              std::size_t number) {
        switch (how) {
        case listing::created: MKDB_TRY(list_created(rows, state.rows, number, *request_, watch_, hits_)); break;
        case listing::ranked:
            MKDB_TRY(list_ranked(rows, state.indexes, *scores_, state.rows, number, *request_, watch_, hits_));
            break;
        case listing::walked: return list_walked(rows, state.indexes, state.rows, number, *request_, watch_, hits_);
        default: break;
        }
        return index::row_set();
    }

    /// While the meaning of field names changes, and when that failed half way, indexes may be of the other meaning,
    /// and say nothing.
    template <class State>
    [[nodiscard]] work select(State const& state) const {
        work found;
        found.outcomes.resize(explained_ ? plan_.steps : 0);
        if (state.indexes.nested() != nested_) {
            found.selected = {state.rows.live(), false};
            return found;
        }
        auto const resolve = [&](std::string_view id) { return state.rows.find(id); };
        auto const go_on = [&] { return watch_.check_time().has_value(); };
        found.selected = query::select(plan_.where, state.indexes, resolve, state.rows.live(),
                                       explained_ ? &found.outcomes : nullptr, go_on);
        if (!state.unread.isEmpty() && query::checks_unread(*request_)) {
            found.selected.exact = false;
            found.selected.rows |= state.unread;
        }
        return found;
    }

    /// Reads the rows that are left, checks what indexes left open, and keeps what can be on the page.
    template <class Partition>
    [[nodiscard]] result<> examine(Partition const& partition, std::size_t number, work& left) {
        std::uint64_t kept = 0;
        for (auto const row : left.selected.rows) {
            MKDB_TRY_ASSIGN(auto found, partition.read_for_scan(row));
            MKDB_TRY(watch_.spend(found ? found->text().size() : 0));
            if (!found) {
                continue;
            }
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->text()));
            count_scanned(plan_.where, found->id, fields, left.outcomes);
            auto const score = score_of(found->id, fields);
            if (!score) {
                continue;
            }
            total_ += left.counted ? 0 : 1;
            if (aggregator_) {
                MKDB_TRY(aggregator_->add(found->id, fields));
            }
            if (request_->count_only) {
                continue;
            }
            auto values = query::sort_values_of(found->id, fields, request_->sort, nested_);
            query::position place{std::move(found->id), found->created, std::move(values), *score};
            if (!hits_.is_ahead(place)) {
                continue;
            }
            hits_.count_following(1);
            if (is_sorted() || scores_ || kept < hits_.wanted()) {
                ++kept;
                hits_.add({std::move(place), found->revision, number, row});
            }
        }
        return {};
    }

    /// For an explanation: which of the steps that no index answered a checked record meets.
    void count_scanned(query::plan_step const& step, std::string_view id, boost::json::object const& fields,
                       std::vector<query::step_outcome>& outcomes) const {
        if (outcomes.empty()) {
            return;
        }
        auto& outcome = outcomes[step.number];
        if (outcome.by == query::access::scan && query::matches(*step.part, id, fields, nested_, *tokenizer_)) {
            ++outcome.rows;
        }
        for (auto const& part : step.parts) {
            count_scanned(part, id, fields, outcomes);
        }
    }

    /// None when the record does not match; zero without a search. A search is checked and scored in one reading.
    /// However exact the selection was, the record may have changed since.
    [[nodiscard]] std::optional<double> score_of(std::string_view id, boost::json::object const& fields) const {
        auto const& rest = scores_ ? request_->search->among : request_->where;
        if (!query::matches(rest, id, fields, nested_, *tokenizer_)) {
            return std::nullopt;
        }
        return scores_ ? scores_->of(fields) : std::optional(0.0);
    }

    [[nodiscard]] result<query_page> page() {
        query_page answer;
        answer.total_matches = total_;
        if (aggregator_) {
            MKDB_TRY_ASSIGN(answer.aggregate, aggregator_->figures());
        }
        page_maker maker(*partitions_, *request_, *tokenizer_, nested_, watch_);
        MKDB_TRY(maker.fill(hits_, answer));
        return answer;
    }

    /// Rows whose place an index does not know that are read beside a walk.
    static constexpr std::uint64_t unsettled_read = 1024;

    Partitions const* partitions_;
    query::request const* request_;
    Clock const* clock_;
    Tokenizer const* tokenizer_;
    bool nested_;
    plan_statistics<Partitions> statistics_;
    query_watch<Clock> watch_;
    query::plan plan_;
    std::uint64_t total_ = 0;
    hit_list hits_;
    std::unique_ptr<query::aggregator> aggregator_;    ///< Not an optional: GCC 12 takes its members for uninitialized.
    std::unique_ptr<search_scores<Tokenizer>> scores_; ///< Of a search.
    std::optional<query::explanation> explained_;      ///< While the query is explained.
    std::vector<query::step_total> totals_;
};

template <class Partitions, class Clock, class Tokenizer>
[[nodiscard]] result<query_page> run_query(Partitions const& partitions, query::request const& request,
                                           query_budget const& budget, Clock const& clock, Tokenizer const& tokenizer,
                                           bool nested) {
    return query_run(partitions, request, budget, clock, tokenizer, nested).run();
}

/// Runs a query to tell how it is answered; its page is not hydrated. Errors: as `run_query`.
template <class Partitions, class Clock, class Tokenizer>
[[nodiscard]] result<query::explanation> explain_query(Partitions const& partitions, query::request const& request,
                                                       query_budget const& budget, Clock const& clock,
                                                       Tokenizer const& tokenizer, bool nested) {
    return query_run(partitions, request, budget, clock, tokenizer, nested).explain();
}

} // namespace mkdb::engine
