#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/names.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::query {

struct sort_key {
    std::string field;
    bool descending = false;

    friend bool operator==(sort_key const&, sort_key const&) = default;
};

/// What a record's place in a sorted answer depends on: one value a sort key, none where the record lacks the field.
using sort_values = std::vector<std::optional<boost::json::value>>;

[[nodiscard]] inline sort_values sort_values_of(std::string_view id, boost::json::object const& record,
                                                std::span<sort_key const> sort, bool nested) {
    sort_values values;
    values.reserve(sort.size());
    for (auto const& key : sort) {
        if (names_the_id(key.field)) {
            values.emplace_back(boost::json::value(id));
        } else if (auto const* field = document::find_field(record, key.field, nested)) {
            values.emplace_back(*field);
        } else {
            values.emplace_back();
        }
    }
    return values;
}

/// The order of two records under `sort`: missing values last in both directions, the others in `document::compare`'s
/// order of all values. Equal here means that the smaller id comes first.
///
/// Preconditions: both were made by `sort_values_of` with these keys.
[[nodiscard]] inline std::strong_ordering compare(sort_values const& a, sort_values const& b,
                                                  std::span<sort_key const> sort) {
    for (std::size_t i = 0; i < sort.size(); ++i) {
        if (a[i].has_value() != b[i].has_value()) {
            return a[i].has_value() ? std::strong_ordering::less : std::strong_ordering::greater;
        }
        if (!a[i].has_value()) {
            continue;
        }
        auto const order = document::compare(*a[i], *b[i]);
        if (order != 0) {
            return sort[i].descending ? 0 <=> order : order;
        }
    }
    return std::strong_ordering::equal;
}

} // namespace mkdb::query
