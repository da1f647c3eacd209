#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/number.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/detail/describe.hpp>
#include <mkdb/query/request.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query::detail {

/// What stands around a filter. What was set first stays: the outer request has the word over what a filter brings
/// along.
struct page_wishes {
    std::optional<std::vector<sort_key>> sort;
    std::optional<std::uint64_t> limit;
    std::optional<std::uint64_t> offset;
    std::optional<bool> hydrate;
};

[[nodiscard]] constexpr bool is_page_key(std::string_view name) noexcept {
    return name == "sort" || name == "limit" || name == "offset";
}

/// "field", "+field" or "-field".
[[nodiscard]] inline result<sort_key> parse_sort_key(boost::json::value const& value) {
    constexpr auto expected = "a field's name, with - before it for descending order";
    auto const* text = value.if_string();
    if (text == nullptr) {
        return refused("'sort'", expected, value);
    }
    std::string_view name = *text;
    auto const descending = name.starts_with('-');
    if (descending || name.starts_with('+')) {
        name.remove_prefix(1);
    }
    if (name.empty()) {
        return refused("'sort'", expected, value);
    }
    return sort_key{std::string(name), descending};
}

[[nodiscard]] inline result<std::vector<sort_key>> parse_sort(boost::json::value const& value) {
    std::vector<sort_key> keys;
    if (auto const* list = value.if_array()) {
        for (auto const& item : *list) {
            MKDB_TRY_ASSIGN(auto key, parse_sort_key(item));
            keys.push_back(std::move(key));
        }
        return keys;
    }
    MKDB_TRY_ASSIGN(auto key, parse_sort_key(value));
    keys.push_back(std::move(key));
    return keys;
}

/// 300.0 counts as 300: some clients have no integers.
[[nodiscard]] inline result<std::uint64_t> parse_count(std::string const& name, boost::json::value const& value) {
    constexpr double exact_integers = 9007199254740992.0;
    if (auto const* number = value.if_int64(); number != nullptr && *number >= 0) {
        return static_cast<std::uint64_t>(*number);
    }
    if (auto const* number = value.if_uint64()) {
        return *number;
    }
    if (auto const* number = value.if_double(); number != nullptr && *number >= 0 && *number <= exact_integers) {
        if (auto const whole = static_cast<std::uint64_t>(*number); static_cast<double>(whole) == *number) {
            return whole;
        }
    }
    return refused("'" + name + "'", "a whole number from 0 on", value);
}

/// Takes one of `sort`, `limit`, `offset`, `hydrate`. Null is as if it were not there.
[[nodiscard]] inline result<> take_wish(std::string_view name, boost::json::value const& value, page_wishes& wishes) {
    if (value.is_null()) {
        return {};
    }
    if (name == "sort") {
        MKDB_TRY_ASSIGN(auto sort, parse_sort(value));
        wishes.sort = wishes.sort ? std::move(wishes.sort) : std::optional(std::move(sort));
    } else if (name == "hydrate") {
        if (!value.is_bool()) {
            return refused("'hydrate'", "true or false", value);
        }
        wishes.hydrate = wishes.hydrate.value_or(value.get_bool());
    } else {
        MKDB_TRY_ASSIGN(auto const count, parse_count(std::string(name), value));
        auto& wish = name == "limit" ? wishes.limit : wishes.offset;
        wish = wish.value_or(count);
    }
    return {};
}

} // namespace mkdb::query::detail
