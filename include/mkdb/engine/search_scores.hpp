#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/index/bm25.hpp>
#include <mkdb/index/text_ranking.hpp>
#include <mkdb/query/detail/term_counts.hpp>
#include <mkdb/query/search.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace mkdb::engine {

/// The scores of one search: first the statistics of all records are added up, then records are scored, by an index or
/// by their text, with the same result to the last bit.
template <class Tokenizer>
class search_scores {
public:
    /// All arguments must outlive this.
    search_scores(query::search_request const& asked, Tokenizer const& tokenizer, bool nested)
        : asked_(&asked), tokenizer_(&tokenizer), nested_(nested), statistics_(asked.fields.size()) {
        for (auto& each : statistics_) {
            each.texts_with.resize(asked.terms.size());
        }
    }

    /// Whether the indexes of a partition know how often each of its records has a term, in every field.
    template <class State>
    [[nodiscard]] bool are_known_to(State const& state) const {
        auto const is_ranked = [&](query::search_field const& field) { return state.indexes.is_ranked(field.name); };
        return state.indexes.nested() == nested_ && state.unread.isEmpty() && state.ghosts.isEmpty() &&
               std::ranges::all_of(asked_->fields, is_ranked);
    }

    /// Adds what the indexes of a partition count. Precondition: they know it.
    template <class Indexes>
    void count(Indexes const& indexes) {
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            statistics_[i] += *indexes.text_statistics_of(asked_->fields[i].name, asked_->terms);
        }
    }

    /// Adds one record.
    void count(boost::json::object const& record) {
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            auto const counts = counts_in(record, i);
            auto& all = statistics_[i];
            all.texts += counts.has_text ? 1 : 0;
            all.length += counts.length;
            for (std::size_t term = 0; term < counts.of_term.size(); ++term) {
                all.texts_with[term] += counts.of_term[term] > 0 ? 1 : 0;
            }
        }
    }

    /// Ranks the rows of a partition. Preconditions: its indexes know the scores; all statistics are added up.
    template <class Indexes>
    [[nodiscard]] index::text_ranking ranking(Indexes const& indexes) const {
        index::text_ranking made(asked_->terms);
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            static_cast<void>(indexes.add_to(made, asked_->fields[i].name, statistics_[i], asked_->fields[i].weight));
        }
        return made;
    }

    /// The score of a record; none when the search does not find it, whatever else is asked of it. Precondition: all
    /// statistics are added up, unless the score itself is not wanted.
    [[nodiscard]] std::optional<double> of(boost::json::object const& record) const {
        std::vector<query::detail::term_counts> counts;
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            counts.push_back(counts_in(record, i));
        }
        // In the order in which a ranking adds them up: sums of doubles depend on it.
        double sum = 0;
        std::size_t missing = 0;
        for (std::size_t term = 0; term < asked_->terms.size(); ++term) {
            bool found = false;
            for (std::size_t i = 0; i < statistics_.size(); ++i) {
                if (auto const often = counts[i].of_term[term]; often > 0) {
                    sum += index::term_score(statistics_[i], term, asked_->fields[i].weight)(often, counts[i].length);
                    found = true;
                }
            }
            missing += found ? 0 : 1;
        }
        bool const every = asked_->match == query::term_match::all;
        bool const is_found = every ? missing == 0 && !asked_->terms.empty() : missing < asked_->terms.size();
        return is_found ? std::optional(sum) : std::nullopt;
    }

private:
    [[nodiscard]] query::detail::term_counts counts_in(boost::json::object const& record, std::size_t field) const {
        return query::detail::count_terms(document::find_field(record, asked_->fields[field].name, nested_),
                                          asked_->terms, *tokenizer_);
    }

    query::search_request const* asked_;
    Tokenizer const* tokenizer_;
    bool nested_;
    std::vector<index::text_statistics> statistics_; ///< Of each field.
};

} // namespace mkdb::engine
