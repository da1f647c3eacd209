#pragma once

#include <mkdb/document/number.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/number_blocks.hpp>
#include <mkdb/index/detail/presence.hpp>
#include <mkdb/index/detail/row_bitmap.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::index {

/// Answers comparisons, `eq` and `in` with numbers by ordered blocks, and gives rows in the order of their numbers.
struct numeric {
    static constexpr std::string_view name = "numeric";

    template <class Tokenizer>
    [[nodiscard]] static std::string checkpoint_format(Tokenizer const& /*tokenizer*/) {
        return "numeric/2";
    }

    template <class Tokenizer>
    class instance {
    public:
        explicit instance(Tokenizer const&, std::uint64_t) {}

        void insert(std::uint32_t row, boost::json::value const& field) {
            presence_.insert(row, field);
            if (document::is_number(field)) {
                settled_.add(row);
            }
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (document::is_number(element)) {
                    blocks_.insert({document::key_of(element), row});
                }
            });
        }

        void erase(std::uint32_t row, boost::json::value const& field) {
            presence_.erase(row);
            settled_.remove(row);
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (document::is_number(element)) {
                    blocks_.erase({document::key_of(element), row});
                }
            });
        }

        [[nodiscard]] std::optional<row_set> lookup(condition const& asked) const {
            if (asked.op == operation::in) {
                return lookup_any(asked.operand.get_array());
            }
            if (!is_comparison(asked.op)) {
                return presence_.lookup(asked);
            }
            if (!document::is_number(asked.operand)) {
                return std::nullopt;
            }
            row_set rows;
            blocks_.collect(range_of(asked.op, document::key_of(asked.operand)), rows);
            return rows;
        }

        /// A row with several numbers in the range counts for each.
        [[nodiscard]] std::optional<std::uint64_t> estimate(condition const& asked) const {
            if (asked.op == operation::in) {
                return estimate_any(asked.operand.get_array());
            }
            if (asked.op == operation::exists || asked.op == operation::neq) {
                return presence_.estimate(asked);
            }
            if (asked.op == operation::contains || !document::is_number(asked.operand)) {
                return std::nullopt;
            }
            return blocks_.count(range_of(asked.op, document::key_of(asked.operand)));
        }

        [[nodiscard]] std::optional<row_set> lookup_range(condition const& lower, condition const& upper) const {
            if (!knows_range(lower, upper)) {
                return std::nullopt;
            }
            row_set rows;
            blocks_.collect(range_of(lower, upper), rows);
            return rows;
        }
        [[nodiscard]] std::optional<std::uint64_t> estimate_range(condition const& lower,
                                                                  condition const& upper) const {
            return knows_range(lower, upper) ? std::optional(blocks_.count(range_of(lower, upper))) : std::nullopt;
        }

        /// Of rows with several numbers it is not known how many are in a range.
        [[nodiscard]] std::optional<std::uint64_t> count(condition const& asked) const {
            bool const knows = is_comparison(asked.op) && document::is_number(asked.operand) && has_one_number_a_row();
            return knows ? estimate(asked) : std::nullopt;
        }
        [[nodiscard]] std::optional<std::uint64_t> count_range(condition const& lower, condition const& upper) const {
            return estimate_range(lower, upper);
        }

        /// The rows whose field is a number, and no array of numbers.
        [[nodiscard]] row_set const& settled() const noexcept { return settled_.rows(); }

        /// Begins at `from`; when that is no number, all numbers come before it or after it.
        template <class Visit>
        void walk(bool descending, std::optional<boost::json::value> const& from, Visit&& visit) const {
            if (from && !document::is_number(*from)) {
                auto const order = document::compare(boost::json::value(0), *from);
                if (descending ? order > 0 : order < 0) {
                    return;
                }
            }
            auto const start =
                from && document::is_number(*from) ? std::optional(document::key_of(*from)) : std::nullopt;
            auto const each = [&](detail::number_entry const& entry) {
                return visit(entry.row, [&] { return document::value_of(entry.key); });
            };
            descending ? blocks_.descend(start, each) : blocks_.ascend(start, each);
        }

        void save(byte_writer& to) const {
            blocks_.save(to);
            presence_.save(to);
            detail::write_rows(to, settled_.rows());
        }
        [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
            bool const sound = blocks_.load(from, live) && presence_.load(from, live);
            auto settled = sound ? detail::read_rows(from, live) : std::nullopt;
            if (settled) {
                settled_ = detail::row_bitmap(std::move(*settled));
            }
            return settled.has_value();
        }

        /// As `abandonable_index` says.
        void abandon() noexcept {}

        [[nodiscard]] index_statistics statistics() const {
            return {blocks_.entries(), blocks_.entries(), blocks_.bytes() + presence_.bytes() + settled_.bytes()};
        }

    private:
        [[nodiscard]] std::optional<row_set> lookup_any(boost::json::array const& wanted) const {
            if (!std::ranges::all_of(wanted, [](auto const& value) { return document::is_number(value); })) {
                return std::nullopt;
            }
            row_set rows;
            for (auto const& value : wanted) {
                blocks_.collect(range_of(operation::eq, document::key_of(value)), rows);
            }
            return rows;
        }

        [[nodiscard]] std::optional<std::uint64_t> estimate_any(boost::json::array const& wanted) const {
            std::uint64_t rows = 0;
            for (auto const& value : wanted) {
                if (!document::is_number(value)) {
                    return std::nullopt;
                }
                rows += blocks_.count(range_of(operation::eq, document::key_of(value)));
            }
            return rows;
        }

        /// An array may meet one bound by one element, and the other by another: then each bound has rows of its own.
        [[nodiscard]] bool knows_range(condition const& lower, condition const& upper) const {
            return document::is_number(lower.operand) && document::is_number(upper.operand) && has_one_number_a_row();
        }

        [[nodiscard]] bool has_one_number_a_row() const { return blocks_.entries() == settled_.rows().cardinality(); }

        [[nodiscard]] static detail::number_range range_of(condition const& lower, condition const& upper) {
            auto range = range_of(lower.op, document::key_of(lower.operand));
            auto const end = range_of(upper.op, document::key_of(upper.operand));
            range.to = end.to;
            range.below = end.below;
            return range;
        }

        [[nodiscard]] static bool is_comparison(operation op) noexcept {
            return op == operation::eq || op == operation::gt || op == operation::gte || op == operation::lt ||
                   op == operation::lte;
        }

        [[nodiscard]] static detail::number_range range_of(operation op, document::number_key key) {
            switch (op) {
            case operation::gt: return {.above = key};
            case operation::gte: return {.from = key};
            case operation::lt: return {.below = key};
            case operation::lte: return {.to = key};
            default: return {.from = key, .to = key};
            }
        }

        detail::number_blocks blocks_;
        detail::presence presence_;
        detail::row_bitmap settled_;
    };
};

} // namespace mkdb::index
