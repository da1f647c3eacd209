#pragma once

#include <mkdb/document/number.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/number_blocks.hpp>
#include <mkdb/index/detail/presence.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::index {

/// Answers comparisons, `eq` and `in` with numbers by ordered blocks.
struct numeric {
    static constexpr std::string_view name = "numeric";

    template <class Tokenizer>
    [[nodiscard]] static std::string checkpoint_format() {
        return "numeric/1";
    }

    template <class Tokenizer>
    class instance {
    public:
        explicit instance(Tokenizer const&, std::uint64_t) {}

        void insert(std::uint32_t row, boost::json::value const& field) {
            presence_.insert(row, field);
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (document::is_number(element)) {
                    blocks_.insert({document::key_of(element), row});
                }
            });
        }

        void erase(std::uint32_t row, boost::json::value const& field) {
            presence_.erase(row);
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

        void save(byte_writer& to) const {
            blocks_.save(to);
            presence_.save(to);
        }
        [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
            return blocks_.load(from, live) && presence_.load(from, live);
        }

        [[nodiscard]] index_statistics statistics() const {
            return {blocks_.entries(), blocks_.entries(), blocks_.bytes() + presence_.bytes()};
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
    };
};

} // namespace mkdb::index
