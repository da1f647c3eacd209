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
    index, ///< By an index, exactly.
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
    /// What is known of a filter's rows; nothing when no index helped.
    struct part {
        row_answer answer;
        bool exact = true;
    };

    [[nodiscard]] index::row_set rows_of(part const& found) const {
        return found.answer.complement ? *live_ - found.answer.rows : found.answer.rows & *live_;
    }

    [[nodiscard]] std::optional<part> visit(filter const& wanted) {
        return std::visit(
            [this](auto const& node) -> std::optional<part> {
                using kind = std::remove_cvref_t<decltype(node)>;
                if constexpr (std::is_same_v<kind, all_of>) {
                    return intersection(node);
                } else if constexpr (std::is_same_v<kind, any_of>) {
                    return union_of(node);
                } else if constexpr (std::is_same_v<kind, id_condition>) {
                    return leaf(node.on_id, lookup_id(node.on_id, *resolve_), access::id);
                } else {
                    return leaf(node, lookup_field(node, *indexes_), access::index);
                }
            },
            wanted.node);
    }

    [[nodiscard]] std::optional<part> leaf(condition const& asked, std::optional<row_answer> answer, access by) {
        auto const all = live_->cardinality();
        if (!answer) {
            notes_.push_back({asked.field, asked.op, access::scan, all});
            return std::nullopt;
        }
        auto const named = answer->rows.cardinality();
        notes_.push_back({asked.field, asked.op, by, answer->complement ? all - std::min(all, named) : named});
        return part{std::move(*answer), true};
    }

    /// Ids come first: when they leave few rows, checking those is quicker than asking indexes about the rest.
    [[nodiscard]] std::optional<part> intersection(all_of const& node) {
        if (node.parts.empty()) {
            return part{{{}, true}, true};
        }
        std::vector<part> known;
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
        auto const few = std::ranges::any_of(known, [](part const& found) {
            return !found.answer.complement && found.answer.rows.cardinality() <= checked_rather_than_looked_up;
        });
        for (auto const& wanted : node.parts) {
            if (few && !is_id(wanted)) {
                exact = false;
            } else if (!is_id(wanted)) {
                take(wanted);
            }
        }
        return known.empty() ? std::nullopt : std::optional(part{intersect(std::move(known)), exact});
    }

    /// The smallest set first, complements last, as subtractions.
    [[nodiscard]] static row_answer intersect(std::vector<part> known) {
        std::ranges::sort(known, {}, [](part const& found) {
            return std::pair(found.answer.complement, found.answer.rows.cardinality());
        });
        auto common = std::move(known.front().answer);
        for (std::size_t i = 1; i < known.size(); ++i) {
            auto const& next = known[i].answer;
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
    [[nodiscard]] std::optional<part> union_of(any_of const& node) {
        part all{{}, true};
        bool known = true;
        for (auto const& wanted : node.parts) {
            auto found = visit(wanted);
            known = known && found;
            if (known) {
                all.exact = all.exact && found->exact;
                all.answer.rows |= rows_of(*found);
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
