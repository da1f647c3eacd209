#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/index/bm25.hpp>
#include <mkdb/index/detail/intersect.hpp>
#include <mkdb/index/detail/rank_lists.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::index {

/// The rows that have a term in one field, with how often, and the lengths of the field's texts.
struct text_list {
    detail::term_postings const* postings;
    detail::row_lengths const* lengths;
};

/// An index that rows can be ranked by: it knows how often they have a term.
///
/// `text_statistics_of` counts what this index holds. `list_of` gives nothing for a term that no row has.
template <class I>
concept ranked_index = requires(I const& shared, std::vector<std::string> const& terms, std::string_view term) {
    { shared.text_statistics_of(terms) } -> std::same_as<text_statistics>;
    { shared.list_of(term) } -> std::same_as<std::optional<text_list>>;
};

/// The rows of one partition by how well they answer some terms. The score of a row is the sum, over the terms by
/// number and over the fields that have them, of the field's weight times the BM25 of the term in this field. Higher
/// comes first, of equal scores the lower row: the same in every run, and on every way of finding them.
///
/// The indexes outlive this and do not change meanwhile.
class text_ranking {
public:
    explicit text_ranking(std::vector<std::string> terms) : terms_(std::move(terms)), lists_(terms_.size()) {}

    /// Preconditions: `all` is about the same terms in this field, in all that is searched; `weight` is finite and
    /// greater than zero.
    template <ranked_index Index>
    void add_field(Index const& field, text_statistics const& all, double weight = 1) {
        add_field(field, terms_, all, weight);
    }
    /// A field with terms of its own, as one in another language has them.
    template <ranked_index Index>
    void add_field(Index const& field, std::vector<std::string> const& terms, text_statistics const& all,
                   double weight) {
        MKDB_ASSERT(all.texts_with.size() == terms.size() && weight > 0);
        lists_.resize(std::max(lists_.size(), terms.size()));
        for (std::size_t i = 0; i < terms.size(); ++i) {
            if (auto const list = field.list_of(terms[i])) {
                lists_[i].push_back({list->postings, list->lengths, term_score(all, i, weight)});
            }
        }
    }

    [[nodiscard]] std::vector<std::string> const& terms() const noexcept { return terms_; }

    /// The rows that have each term in some field; none without terms. Precondition: no field has terms of its own.
    [[nodiscard]] row_set rows_with_every_term() const {
        std::vector<detail::term_postings const*> alone; // of terms that one field has
        for (auto const& of_term : lists_) {
            if (of_term.empty()) {
                return {};
            }
            if (of_term.size() == 1) {
                alone.push_back(of_term.front().postings);
            }
        }
        auto common = alone.empty() ? std::nullopt : std::optional(detail::intersect(std::move(alone)));
        for (auto const& of_term : lists_) {
            if (of_term.size() > 1) {
                auto rows = rows_with_any(of_term);
                common = common ? *common & rows : std::move(rows);
            }
        }
        return common.value_or(row_set());
    }

    /// The `wanted` best rows that have any term, and are `among` those when they are given, the best first.
    ///
    /// Complexity: with the postings of the terms at worst; what cannot be among the best is skipped in blocks. With
    /// few rows to choose `among`, by these. None at all when `go_on()`, asked every few thousand rows, says no.
    [[nodiscard]] std::vector<scored_row> best(std::size_t wanted, row_set const* among = nullptr) const {
        return best(wanted, among, [] { return true; });
    }
    template <class GoOn>
    [[nodiscard]] std::vector<scored_row> best(std::size_t wanted, row_set const* among, GoOn&& go_on) const {
        std::vector<detail::ranked_list> all;
        for (auto const& of_term : lists_) {
            all.insert(all.end(), of_term.begin(), of_term.end());
        }
        return detail::rank_lists(all, wanted, among, go_on);
    }

private:
    [[nodiscard]] static row_set rows_with_any(std::vector<detail::ranked_list> const& lists) {
        row_set rows;
        for (auto const& list : lists) {
            list.postings->add_to(rows);
        }
        return rows;
    }

    std::vector<std::string> terms_;
    std::vector<std::vector<detail::ranked_list>> lists_; ///< Of the terms of each number, those of the fields.
};

} // namespace mkdb::index
