#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mkdb::document {

inline constexpr std::chrono::milliseconds longest_ttl = std::chrono::seconds(3155760000);

/// Which records are over: those whose field holds a number of milliseconds since 1970 (UTC) that is not ahead any
/// more. Of a list the smallest number counts, as a comparison in a query would find it. A record without a number in
/// it never is.
struct expiry {
    std::shared_ptr<std::string const> field; ///< Null or empty: no record ever is over.
    std::int64_t now_ms = 0;

    [[nodiscard]] bool is_kept() const noexcept { return field != nullptr && !field->empty(); }
};

namespace detail {

/// Whether a write sets the field `name` or something that it is part of or that is part of it, in any of the ways in
/// which names with dots can say so: what comes last of two that do would silently take the place of the other.
[[nodiscard]] inline bool sets_path(boost::json::object const& delta, std::string_view name) {
    return std::ranges::any_of(delta, [name](boost::json::key_value_pair const& each) {
        std::string_view const key = each.key();
        auto const is_start = [](std::string_view start, std::string_view of) {
            return of.size() > start.size() && of.starts_with(start) && of[start.size()] == '.';
        };
        if (key == name || is_start(name, key)) {
            return true;
        }
        auto const* const below = each.value().if_object();
        return is_start(key, name) && (below == nullptr || sets_path(*below, name.substr(key.size() + 1)));
    });
}

} // namespace detail

/// Complexity: one look-up; linear in the length of a list.
[[nodiscard]] inline bool is_over(boost::json::object const& record, expiry const& when, bool nested) {
    auto const* const until = when.is_kept() ? find_field(record, *when.field, nested) : nullptr;
    auto const has_passed = [now = boost::json::value(when.now_ms)](boost::json::value const& each) {
        return is_number(each) && compare(each, now) <= 0;
    };
    auto const* const list = until == nullptr ? nullptr : until->if_array();
    return list != nullptr ? std::ranges::any_of(*list, has_passed) : until != nullptr && has_passed(*until);
}

/// Has a write end its record after `ttl`, or never if that is 0. Errors: `invalid_argument` where nothing says which
/// field does, or when the write sets that field itself, or with `nested` something that the field would be in.
[[nodiscard]] inline result<> set_expiry(boost::json::object& delta, expiry const& when, std::chrono::milliseconds ttl,
                                         bool nested) {
    if (!when.is_kept()) {
        return fail(errc::invalid_argument, "'ttl' needs a store with a 'ttl_field', which says where it is kept");
    }
    if (ttl.count() < 0 || ttl > longest_ttl) {
        return fail(errc::invalid_argument, "'ttl' must be from 0 to 3155760000 seconds, which are 100 years");
    }
    if (delta.contains(*when.field) || (nested && is_path(*when.field) && detail::sets_path(delta, *when.field))) {
        return fail(errc::invalid_argument, "'ttl' and the field '" + shortened(*when.field) + "' set the same");
    }
    delta[*when.field] = ttl.count() == 0 ? boost::json::value() : boost::json::value(when.now_ms + ttl.count());
    return {};
}

} // namespace mkdb::document
