#pragma once

#include <mkdb/index/row_set.hpp>
#include <mkdb/query/detail/lookup.hpp>
#include <mkdb/query/filter.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mkdb::query {

/// How one condition was answered.
enum class access : std::uint8_t {
    id,    ///< By the directory of ids.
    index, ///< By an index.
    scan,  ///< Not: records are checked.
};

/// One line of a plan. The views point into the filter.
struct plan_note {
    std::string_view field;
    operation op = operation::eq;
    access by = access::scan;
    std::uint64_t rows = 0; ///< What the condition left on its own; with `scan`, all rows that live.
};

/// Rows that may match: all that do are among them, and when `exact` no others.
struct selection {
    index::row_set rows;
    bool exact = true;
    std::vector<plan_note> notes;
};

namespace detail {

template <class Indexes, class ResolveId> class selector {
public:
    selector(Indexes const& indexes, ResolveId& resolve, index::row_set const& live)
        : indexes_(&indexes), resolve_(&resolve), live_(&live) {}

    [[nodiscard]] selection run(filter const& wanted) {
        auto found = visit(wanted);
        if (!found) {
            return {*live_, false, std::move(notes_)};
        }
        return {rows_of(*found), found->exact, std::move(notes_)};
    }

private:
    [[nodiscard]] index::row_set rows_of(row_answer const& found) const {
        return found.complement ? *live_ - found.rows : found.rows & *live_;
    }

    /// What is known of a filter's rows; nothing when no index helped.
    [[nodiscard]] std::optional<row_answer> visit(filter const& wanted) {
        return std::visit(
            [this](auto const& node) -> std::optional<row_answer> {
                using kind = std::remove_cvref_t<decltype(node)>;
                if constexpr (std::is_same_v<kind, all_of>) {
                    return intersection(node);
                } else if constexpr (std::is_same_v<kind, any_of>) {
                    return union_of(node.parts);
                } else if constexpr (std::is_same_v<kind, none_of>) {
                    return negated(union_of(node.parts));
                } else if constexpr (std::is_same_v<kind, id_condition>) {
                    return leaf(node.on_id, lookup_id(node.on_id, *resolve_), access::id);
                } else {
                    return leaf(node, lookup_field(node, *indexes_), access::index);
                }
            },
            wanted.node);
    }

    [[nodiscard]] std::optional<row_answer> leaf(condition const& asked, std::optional<row_answer> answer, access by) {
        auto const all = live_->cardinality();
        if (!answer) {
            notes_.push_back({asked.field, asked.op, access::scan, all});
            return std::nullopt;
        }
        auto const named = answer->rows.cardinality();
        notes_.push_back({asked.field, asked.op, by, answer->complement ? all - std::min(all, named) : named});
        return answer;
    }

    /// Ids come first: when they leave few rows, checking those is quicker than asking indexes about the rest.
    [[nodiscard]] std::optional<row_answer> intersection(all_of const& node) {
        if (node.parts.empty()) {
            return row_answer{{}, true};
        }
        std::vector<row_answer> known;
        bool exact = true;
        auto const take = [&](filter const& wanted) {
            auto found = visit(wanted);
            exact = exact && found && found->exact;
            if (found) {
                known.push_back(std::move(*found));
            }
        };
        auto const is_id = [](filter const& wanted) { return std::holds_alternative<id_condition>(wanted.node); };
        for (auto const& wanted : node.parts) {
            if (is_id(wanted)) {
                take(wanted);
            }
        }
        auto const few = std::ranges::any_of(known, [](row_answer const& found) {
            return !found.complement && found.rows.cardinality() <= checked_rather_than_looked_up;
        });
        for (auto const& wanted : node.parts) {
            if (few && !is_id(wanted)) {
                exact = false;
            } else if (!is_id(wanted)) {
                take(wanted);
            }
        }
        if (known.empty()) {
            return std::nullopt;
        }
        auto common = intersect(std::move(known));
        common.exact = exact;
        return common;
    }

    /// The smallest set first, complements last, as subtractions.
    [[nodiscard]] static row_answer intersect(std::vector<row_answer> known) {
        std::ranges::sort(
            known, {}, [](row_answer const& found) { return std::pair(found.complement, found.rows.cardinality()); });
        auto common = std::move(known.front());
        for (std::size_t i = 1; i < known.size(); ++i) {
            auto const& next = known[i];
            if (common.complement) {
                common.rows |= next.rows; // neither in the one nor in the other
            } else if (next.complement) {
                common.rows -= next.rows;
            } else {
                common.rows &= next.rows;
            }
        }
        return common;
    }

    /// One part that no index knows makes the whole a scan.
    [[nodiscard]] std::optional<row_answer> union_of(std::vector<filter> const& parts) {
        row_answer all;
        bool known = true;
        for (auto const& wanted : parts) {
            auto const found = visit(wanted);
            known = known && found;
            if (known) {
                all.exact = all.exact && found->exact;
                all.rows |= rows_of(*found);
            }
        }
        return known ? std::optional(std::move(all)) : std::nullopt;
    }

    static constexpr std::uint64_t checked_rather_than_looked_up = 32;

    Indexes const* indexes_;
    ResolveId* resolve_;
    index::row_set const* live_;
    std::vector<plan_note> notes_;
};

} // namespace detail

/// Asks ids and indexes for the rows of a filter. `indexes` has `lookup(condition)` as `index_set`'s instance;
/// `resolve(string_view)` gives the row of an id, if any; `live` are the rows of records that are not deleted.
///
/// An index never changes an answer: the records of rows that are not `exact` are yet to be checked with `matches`.
template <class Indexes, class ResolveId>
[[nodiscard]] selection select(filter const& wanted, Indexes const& indexes, ResolveId&& resolve,
                               index::row_set const& live) {
    return detail::selector<Indexes, std::remove_reference_t<ResolveId>>(indexes, resolve, live).run(wanted);
}

} // namespace mkdb::query
