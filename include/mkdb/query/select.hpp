#pragma once

#include <mkdb/index/row_set.hpp>
#include <mkdb/query/detail/field_range.hpp>
#include <mkdb/query/detail/lookup.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/plan.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mkdb::query {

/// What became of one step of a plan.
struct step_outcome {
    access by = access::scan;
    std::uint64_t rows = 0; ///< That it left on its own; with `scan`, of the records that were checked.
};

/// Rows that may match: all that do are among them, and when `exact` no others.
struct selection {
    index::row_set rows;
    bool exact = true;
};

namespace detail {

/// Of a step that was answered as one question: what each of its parts would have left here, as the index estimates it.
template <class Indexes>
void tell_bounds(plan_step const& range, Indexes const& indexes, std::vector<step_outcome>& told) {
    for (auto const& bound : range.parts) {
        auto const* const leaf = std::get_if<condition>(&bound.part->node);
        told[bound.number] = {access::index, leaf == nullptr ? 0 : indexes.estimate(*leaf).value_or(0)};
    }
}

template <class Indexes, class ResolveId, class GoOn>
class selector {
public:
    selector(Indexes const& indexes, ResolveId& resolve, index::row_set const& live, std::vector<step_outcome>* told,
             GoOn& go_on)
        : indexes_(&indexes), resolve_(&resolve), live_(&live), told_(told), go_on_(&go_on) {}

    [[nodiscard]] selection run(plan_step const& wanted) {
        auto const found = visit(wanted);
        return found ? selection{rows_of(*found), found->exact} : selection{*live_, false};
    }

private:
    [[nodiscard]] index::row_set rows_of(row_answer const& found) const {
        return found.complement ? *live_ - found.rows : found.rows & *live_;
    }
    [[nodiscard]] std::uint64_t count_of(row_answer const& found) const {
        auto const all = live_->cardinality();
        auto const named = std::min(all, found.rows.cardinality());
        return found.complement ? all - named : named;
    }

    /// What is known of a step's rows; nothing when no index helped.
    [[nodiscard]] std::optional<row_answer> visit(plan_step const& wanted) {
        if (wanted.by == access::scan || !(*go_on_)()) {
            return std::nullopt;
        }
        auto answer = std::visit([&](auto const& node) { return answer_of_node(node, wanted); }, wanted.part->node);
        if (told_ != nullptr && answer) {
            (*told_)[wanted.number] = {wanted.by, count_of(*answer)};
        }
        return answer;
    }

    template <class Node>
    [[nodiscard]] std::optional<row_answer> answer_of_node(Node const& node, plan_step const& wanted) {
        if constexpr (std::is_same_v<Node, all_of>) {
            auto found = range_answer(node, wanted);
            return found ? std::move(found) : intersection(wanted.parts);
        } else if constexpr (std::is_same_v<Node, any_of>) {
            return union_of(wanted.parts);
        } else if constexpr (std::is_same_v<Node, none_of>) {
            return negated(union_of(wanted.parts));
        } else if constexpr (std::is_same_v<Node, id_condition>) {
            return lookup_id(node.on_id, *resolve_);
        } else {
            return lookup_field(node, *indexes_);
        }
    }

    /// Of a conjunction that bounds one field from both sides, when its index knows that as one question.
    [[nodiscard]] std::optional<row_answer> range_answer(all_of const& node, plan_step const& wanted) {
        auto const range = range_of(node);
        auto rows = range ? indexes_->lookup_range(*range->lower, *range->upper) : std::nullopt;
        if (!rows) {
            return std::nullopt;
        }
        if (told_ != nullptr) {
            tell_bounds(wanted, *indexes_, *told_);
        }
        return row_answer{std::move(*rows)};
    }

    /// Stops asking when what remains is checked sooner than the next set is made.
    [[nodiscard]] std::optional<row_answer> intersection(std::vector<plan_step> const& parts) {
        if (parts.empty()) {
            return row_answer{{}, true};
        }
        std::optional<row_answer> common;
        bool exact = true;
        for (auto const& part : parts) {
            if (common && is_nothing(*common)) {
                tell_skipped(part);
                continue;
            }
            auto found = common && !is_worth_asking(part, count_of(*common)) ? std::nullopt : visit(part);
            exact = exact && found && found->exact;
            if (found) {
                common = common ? both(std::move(*common), *found) : std::move(*found);
            }
        }
        if (common) {
            common->exact = exact || is_nothing(*common);
        }
        return common;
    }

    [[nodiscard]] static bool is_nothing(row_answer const& found) { return !found.complement && found.rows.isEmpty(); }

    void tell_skipped(plan_step const& step) {
        if (told_ == nullptr) {
            return;
        }
        (*told_)[step.number].by = access::skipped;
        for (auto const& part : step.parts) {
            tell_skipped(part);
        }
    }

    [[nodiscard]] static row_answer both(row_answer a, row_answer const& b) {
        if (a.complement && b.complement) {
            a.rows |= b.rows; // neither in the one nor in the other
        } else if (b.complement) {
            a.rows -= b.rows;
        } else if (a.complement) {
            a = {b.rows - a.rows, false};
        } else {
            a.rows &= b.rows;
        }
        return a;
    }

    /// One part that no index knows makes the whole a scan.
    [[nodiscard]] std::optional<row_answer> union_of(std::vector<plan_step> const& parts) {
        row_answer all{{}};
        for (auto const& part : parts) {
            auto const found = visit(part);
            if (!found) {
                return std::nullopt;
            }
            all.exact = all.exact && found->exact;
            all.rows |= rows_of(*found);
        }
        return all;
    }

    Indexes const* indexes_;
    ResolveId* resolve_;
    index::row_set const* live_;
    std::vector<step_outcome>* told_;
    GoOn* go_on_;
};

} // namespace detail

/// Asks ids and indexes for the rows of a planned filter. `indexes` has `lookup(condition)` as `index_set`'s instance;
/// `resolve(string_view)` gives the row of an id, if any; `live` are the rows of records that are not deleted. `told`,
/// of as many elements as the plan has steps, gets what became of each that was answered. `go_on()` is asked before
/// each step: when it says no the rest is left open, since the query will end anyway.
///
/// An index never changes an answer: the records of rows that are not `exact` are yet to be checked with `matches`.
template <class Indexes, class ResolveId, class GoOn>
[[nodiscard]] selection select(plan_step const& wanted, Indexes const& indexes, ResolveId&& resolve,
                               index::row_set const& live, std::vector<step_outcome>* told, GoOn&& go_on) {
    return detail::selector<Indexes, std::remove_reference_t<ResolveId>, std::remove_reference_t<GoOn>>(
               indexes, resolve, live, told, go_on)
        .run(wanted);
}

template <class Indexes, class ResolveId>
[[nodiscard]] selection select(plan_step const& wanted, Indexes const& indexes, ResolveId&& resolve,
                               index::row_set const& live, std::vector<step_outcome>* told = nullptr) {
    return select(wanted, indexes, resolve, live, told, [] { return true; });
}

} // namespace mkdb::query
