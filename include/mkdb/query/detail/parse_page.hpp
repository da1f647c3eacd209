#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/number.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/detail/describe.hpp>
#include <mkdb/query/detail/parse_aggregate.hpp>
#include <mkdb/query/detail/parse_search.hpp>
#include <mkdb/query/request.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
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
    std::optional<std::vector<std::string>> fields;
    std::optional<std::string> cursor;
    std::optional<bool> count_only;
    std::optional<aggregate_request> aggregate;
    std::optional<search_request> search;
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

inline constexpr std::size_t most_sort_keys = 32; ///< A value for each is kept of every record that may be on the page.

[[nodiscard]] inline result<std::vector<sort_key>> parse_sort(boost::json::value const& value) {
    std::vector<sort_key> keys;
    if (auto const* list = value.if_array()) {
        if (list->size() > most_sort_keys) {
            return fail(errc::query_syntax, "'sort': expected at most " + std::to_string(most_sort_keys) +
                                                " names, found " + std::to_string(list->size()));
        }
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

inline constexpr std::size_t most_fields = 256; ///< Each is looked for in each record of the page.

[[nodiscard]] inline result<std::vector<std::string>> parse_fields(boost::json::value const& value) {
    auto const* list = value.if_array();
    if (list == nullptr) {
        return refused("'fields'", "a list of fields' names", value);
    }
    if (list->size() > most_fields) {
        return fail(errc::query_syntax, "'fields': expected at most " + std::to_string(most_fields) + " names, found " +
                                            std::to_string(list->size()));
    }
    std::vector<std::string> names;
    for (auto const& item : *list) {
        auto const* name = item.if_string();
        if (name == nullptr || name->empty()) {
            return refused("'fields'", "a list of fields' names", item);
        }
        if (std::ranges::find(names, std::string_view(*name)) == names.end()) {
            names.emplace_back(std::string_view(*name));
        }
    }
    return names;
}

[[nodiscard]] inline result<std::string> parse_cursor_text(boost::json::value const& value) {
    auto const* text = value.if_string();
    return text == nullptr ? result<std::string>(refused("'cursor'", "what an answer gave as next_cursor", value))
                           : std::string(std::string_view(*text));
}

[[nodiscard]] inline result<bool> parse_flag(std::string_view name, boost::json::value const& value) {
    return value.is_bool() ? result<bool>(value.get_bool())
                           : refused("'" + std::string(name) + "'", "true or false", value);
}

/// Figures are of all that match, so nothing that chooses records has a meaning beside them.
[[nodiscard]] inline result<> check_aggregate(page_wishes const& wishes) {
    bool const chooses = wishes.sort || wishes.limit || wishes.offset || wishes.fields || wishes.cursor;
    return chooses || wishes.hydrate.value_or(false)
               ? result<>(fail(errc::query_syntax,
                               "'aggregate': is of all records that match, expected no sort, limit, "
                               "offset, hydrate, fields or cursor beside it"))
               : result<>();
}

/// A search has its own order, and scores change with every write: no place in it lasts.
[[nodiscard]] inline result<> check_search(page_wishes const& wishes) {
    bool const is_sorted = wishes.sort && !wishes.sort->empty();
    return is_sorted || wishes.cursor
               ? result<>(fail(errc::query_syntax, "'search': the best come first, expected no sort or cursor beside "
                                                   "it, and offset for further pages"))
               : result<>();
}

template <class T>
void keep_first(std::optional<T>& wish, T value) {
    if (!wish) {
        wish = std::move(value);
    }
}

/// Takes one of the keys around a filter. Null is as if it were not there.
template <class Tokenizers>
[[nodiscard]] result<> take_wish(std::string_view name, boost::json::value const& value, Tokenizers const& tokenizers,
                                 page_wishes& wishes) {
    if (value.is_null()) {
        return {};
    }
    if (name == "sort") {
        MKDB_TRY_ASSIGN(auto sort, parse_sort(value));
        keep_first(wishes.sort, std::move(sort));
    } else if (name == "fields") {
        MKDB_TRY_ASSIGN(auto fields, parse_fields(value));
        keep_first(wishes.fields, std::move(fields));
    } else if (name == "cursor") {
        MKDB_TRY_ASSIGN(auto cursor, parse_cursor_text(value));
        keep_first(wishes.cursor, std::move(cursor));
    } else if (name == "aggregate") {
        MKDB_TRY_ASSIGN(auto aggregate, parse_aggregate(value));
        keep_first(wishes.aggregate, std::move(aggregate));
    } else if (name == "search") {
        MKDB_TRY_ASSIGN(auto search, parse_search(value, tokenizers));
        keep_first(wishes.search, std::move(search));
    } else if (name == "hydrate" || name == "count_only") {
        MKDB_TRY_ASSIGN(auto const flag, parse_flag(name, value));
        keep_first(name == "hydrate" ? wishes.hydrate : wishes.count_only, flag);
    } else {
        MKDB_TRY_ASSIGN(auto const count, parse_count(std::string(name), value));
        keep_first(name == "limit" ? wishes.limit : wishes.offset, count);
    }
    return {};
}

} // namespace mkdb::query::detail
