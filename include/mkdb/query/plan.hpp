#pragma once

#include <mkdb/query/detail/estimate.hpp>
#include <mkdb/query/detail/field_range.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/names.hpp>
#include <mkdb/query/request.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace mkdb::query {

/// How a part of a filter is answered.
enum class access : std::uint8_t {
    id,      ///< By the directory of ids.
    index,   ///< By indexes.
    scan,    ///< Not: the records that remain are checked.
    skipped, ///< Not, since nothing remained.
};

/// How one part of a filter is to be answered.
struct plan_step {
    filter const* part = nullptr; ///< Of the request that the plan was made for.
    std::size_t number = 0;       ///< Among all steps, from 0.
    access by = access::scan;
    std::uint64_t estimated = 0;  ///< Records that meet it, of all that there are.
    std::uint64_t gathered = 0;   ///< Rows that are put into sets to answer it.
    std::vector<plan_step> parts; ///< Of `all_of`, `any_of` and `none_of`, in the order in which they are asked.
};

/// How a page gets its order.
enum class ordering : std::uint8_t {
    created, ///< As rows are numbered.
    walk,    ///< An index gives the rows in order, until the page is full.
    sort,    ///< Records are read and sorted.
    score,   ///< The best of a search first.
};

struct plan {
    plan_step where;
    std::size_t steps = 0;
    ordering order = ordering::created;
};

/// Rows that an index puts into a set while one record is read and checked.
inline constexpr std::uint64_t gathered_per_check = 256;

/// Whether asking indexes about a part pays when without them `remaining` records must be checked.
[[nodiscard]] constexpr bool is_worth_asking(plan_step const& part, std::uint64_t remaining) noexcept {
    return part.gathered / gathered_per_check < remaining;
}

namespace detail {

/// What planning needs to know: `live()` records in all, `estimate(condition)` as `estimating_index`,
/// `estimate_range(lower, upper)` as `range_index`, and `is_ordered(field)`, whether an index can be walked in the
/// field's order.
template <class Statistics>
class planner {
public:
    planner(request const& asked, Statistics const& statistics)
        : request_(&asked), statistics_(&statistics), live_(statistics.live()) {}

    [[nodiscard]] plan run() {
        plan made;
        made.where = step_for(request_->where);
        made.steps = next_number_;
        made.order = order_for(made.where);
        return made;
    }

private:
    [[nodiscard]] plan_step step_for(filter const& wanted) {
        plan_step step;
        step.part = &wanted;
        step.number = next_number_++;
        std::visit(
            [&](auto const& node) {
                using kind = std::remove_cvref_t<decltype(node)>;
                if constexpr (std::is_same_v<kind, condition>) {
                    fill_leaf(step, node, expect_of_field(node, *statistics_), access::index);
                } else if constexpr (std::is_same_v<kind, id_condition>) {
                    fill_leaf(step, node.on_id, expect_of_ids(node.on_id, live_), access::id);
                } else {
                    fill_parts(step, node);
                }
            },
            wanted.node);
        return step;
    }

    void fill_leaf(plan_step& step, condition const& asked, std::optional<expectation> const& expected, access by) {
        step.by = expected ? by : access::scan;
        step.estimated = expected ? expected->rows : rows_of_share(assumed_share(asked.op));
        step.gathered = expected ? expected->gathered : 0;
    }

    /// Parts are taken to be independent of each other.
    template <class Node>
    void fill_parts(plan_step& step, Node const& node) {
        constexpr bool is_all = std::is_same_v<Node, all_of>;
        double share = 1; // of the records that meet all parts, or else of those that meet none
        for (auto const& part : node.parts) {
            step.parts.push_back(step_for(part));
            auto const met = share_of(step.parts.back().estimated);
            share *= is_all ? met : 1 - met;
        }
        step.estimated = rows_of_share(std::is_same_v<Node, any_of> ? 1 - share : share);
        step.by = access_of_parts(step, is_all);
        for (auto const& part : step.parts) {
            step.gathered += part.gathered;
        }
        if constexpr (is_all) {
            put_in_order(step);
            expect_range(step, node);
        }
    }

    /// The two bounds of a range are not independent of each other.
    void expect_range(plan_step& step, all_of const& node) const {
        auto const range = range_of(node);
        auto const rows = range ? statistics_->estimate_range(*range->lower, *range->upper) : std::nullopt;
        if (rows) {
            step.estimated = std::min(*rows, live_);
            step.gathered = *rows;
        }
    }

    /// Of `all_of` any part helps; what no index knows about one part of the others, none knows of the whole.
    [[nodiscard]] static access access_of_parts(plan_step const& step, bool is_all) {
        auto const is_scan = [](plan_step const& part) { return part.by == access::scan; };
        bool const helped = is_all ? step.parts.empty() || !std::ranges::all_of(step.parts, is_scan)
                                   : std::ranges::none_of(step.parts, is_scan);
        return helped ? access::index : access::scan;
    }

    /// What is answered comes before what is checked, the fewest records first, and the cheapest of equals.
    static void put_in_order(plan_step& step) {
        std::ranges::stable_sort(step.parts, {}, [](plan_step const& part) {
            return std::tuple(part.by == access::scan, part.estimated, part.gathered);
        });
    }

    /// Walking visits rows that do not match; sorting reads and orders all that do.
    [[nodiscard]] ordering order_for(plan_step const& where) const {
        if (request_->search) {
            return ordering::score;
        }
        if (request_->sort.empty()) {
            return ordering::created;
        }
        auto const& field = request_->sort.front().field;
        // To sort by the id is never to sort by a field of that name.
        if (request_->sort.size() > 1 || request_->aggregate || names_the_id(field) ||
            !statistics_->is_ordered(field)) {
            return ordering::sort;
        }
        auto const matched = std::max<std::uint64_t>(where.estimated, 1);
        auto const skipped = std::min(matched, request_->offset);
        auto const rest = matched - skipped;
        auto const wanted = skipped + (request_->limit == 0 ? rest : std::min(rest, request_->limit));
        auto const span = std::max(matched, walked_at_most(field));
        auto const visited = static_cast<double>(wanted) * static_cast<double>(span) / static_cast<double>(matched);
        return visited < static_cast<double>(matched) * visited_per_check ? ordering::walk : ordering::sort;
    }

    /// A walk begins and ends with the bounds that the filter has for its field.
    [[nodiscard]] std::uint64_t walked_at_most(std::string_view field) const {
        auto const [lower, upper] = bounds_of(request_->where, field);
        if (lower == nullptr && upper == nullptr) {
            return live_;
        }
        auto const rows = lower != nullptr && upper != nullptr
                              ? statistics_->estimate_range(*lower, *upper)
                              : statistics_->estimate(lower != nullptr ? *lower : *upper);
        return std::min(rows.value_or(live_), live_);
    }

    [[nodiscard]] double share_of(std::uint64_t rows) const {
        return live_ == 0 ? 0 : static_cast<double>(std::min(rows, live_)) / static_cast<double>(live_);
    }
    [[nodiscard]] std::uint64_t rows_of_share(double share) const {
        return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(live_)));
    }

    /// Keys of an index that are walked over while one record is read and its sort value found.
    static constexpr double visited_per_check = 64;

    request const* request_;
    Statistics const* statistics_;
    std::uint64_t live_;
    std::size_t next_number_ = 0;
};

} // namespace detail

/// Decides how a query is answered; touches nothing. The plan points into `asked`. It never changes an answer.
///
/// Complexity: one estimate for each condition.
template <class Statistics>
[[nodiscard]] plan make_plan(request const& asked, Statistics const& statistics) {
    return detail::planner<Statistics>(asked, statistics).run();
}

} // namespace mkdb::query
