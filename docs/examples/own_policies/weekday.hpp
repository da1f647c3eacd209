#pragma once

#include <mkdb/index/concept.hpp>
#include <mkdb/text/standard.hpp>

#include <algorithm>
#include <array>

namespace my {

/// A kind of index for fields with few values that are known beforehand: one bitmap for each day of the week.
struct weekday {
    static constexpr std::string_view name = "weekday";

    template <class Tokenizer>
    class instance {
    public:
        instance(Tokenizer const& /*tokenizer*/, std::uint64_t /*seed*/) {}

        void insert(std::uint32_t row, boost::json::value const& field) {
            auto const day = day_of(field);
            (day ? days_[*day] : others_).add(row);
        }
        void erase(std::uint32_t row, boost::json::value const& field) {
            auto const day = day_of(field);
            (day ? days_[*day] : others_).remove(row);
        }

        /// An array may hold the day that is asked for: as long as there is one, this index does not know.
        [[nodiscard]] std::optional<mkdb::index::row_set> lookup(mkdb::index::condition const& asked) const {
            auto const day = day_of(asked.operand);
            if (asked.op != mkdb::index::operation::eq || !day || !others_.isEmpty()) {
                return std::nullopt;
            }
            return days_[*day];
        }

        [[nodiscard]] mkdb::index::index_statistics statistics() const {
            mkdb::index::index_statistics total{.entries = others_.cardinality(), .bytes = others_.getSizeInBytes()};
            for (auto const& rows : days_) {
                total.entries += rows.cardinality();
                total.keys += rows.isEmpty() ? 0 : 1;
                total.bytes += rows.getSizeInBytes();
            }
            return total;
        }

    private:
        static constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

        [[nodiscard]] static std::optional<std::size_t> day_of(boost::json::value const& value) {
            auto const* const text = value.if_string();
            auto const found = text ? std::ranges::find(names, std::string_view(*text)) : names.end();
            return found == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names.begin()));
        }

        std::array<mkdb::index::row_set, names.size()> days_;
        mkdb::index::row_set others_;
    };
};
static_assert(mkdb::index::secondary_index<weekday, mkdb::text::standard>);

} // namespace my
