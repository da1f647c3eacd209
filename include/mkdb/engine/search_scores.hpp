#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/index/bm25.hpp>
#include <mkdb/index/text_ranking.hpp>
#include <mkdb/query/detail/term_counts.hpp>
#include <mkdb/query/search.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
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
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            statistics_[i].texts_with.resize(terms(i).size());
        }
    }

    /// Whether the indexes of a partition know how often each of its records has a term, in every field: they are in
    /// the languages of the search.
    template <class State>
    [[nodiscard]] bool are_known_to(State const& state) const {
        auto const is_ranked = [&](query::search_field const& field) {
            return state.indexes.is_ranked(field.name, asked_->texts[field.text].language);
        };
        return state.indexes.nested() == nested_ && state.unread.isEmpty() && state.ghosts.isEmpty() &&
               std::ranges::all_of(asked_->fields, is_ranked);
    }

    /// Adds what the indexes of a partition count. Precondition: they know it.
    template <class Indexes>
    void count(Indexes const& indexes) {
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            statistics_[i] += *indexes.text_statistics_of(asked_->fields[i].name, terms(i));
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
        index::text_ranking made({});
        for (std::size_t i = 0; i < statistics_.size(); ++i) {
            auto const& field = asked_->fields[i];
            static_cast<void>(indexes.add_to(made, field.name, terms(i), statistics_[i], field.weight));
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
        bool found = false;
        for (std::size_t term = 0; term < most_terms(); ++term) {
            for (std::size_t i = 0; i < statistics_.size(); ++i) {
                auto const often = term < terms(i).size() ? counts[i].of_term[term] : 0;
                if (often > 0) {
                    sum += index::term_score(statistics_[i], term, asked_->fields[i].weight)(often, counts[i].length);
                    found = true;
                }
            }
        }
        return found && (asked_->match == query::term_match::any || has_every_word(counts)) ? std::optional(sum)
                                                                                            : std::nullopt;
    }

private:
    [[nodiscard]] std::vector<std::string> const& terms(std::size_t field) const {
        return asked_->terms_of(asked_->fields[field]);
    }
    [[nodiscard]] std::size_t most_terms() const {
        std::size_t most = 0;
        for (auto const& each : asked_->texts) {
            most = std::max(most, each.terms.size());
        }
        return most;
    }

    [[nodiscard]] query::detail::term_counts counts_in(boost::json::object const& record, std::size_t field) const {
        auto const& words = text::in_language(*tokenizer_, asked_->texts[asked_->fields[field].text].language);
        return query::detail::count_terms(document::find_field(record, asked_->fields[field].name, nested_),
                                          terms(field), words);
    }

    /// `counts` are of each field.
    [[nodiscard]] bool has_every_word(std::vector<query::detail::term_counts> const& counts) const {
        return std::ranges::all_of(asked_->words, [&](query::search_word const& word) {
            for (std::size_t i = 0; i < counts.size(); ++i) {
                if (counts[i].of_term[word[asked_->fields[i].text]] > 0) {
                    return true;
                }
            }
            return false;
        });
    }

    query::search_request const* asked_;
    Tokenizer const* tokenizer_;
    bool nested_;
    std::vector<index::text_statistics> statistics_; ///< Of each field.
};

} // namespace mkdb::engine
