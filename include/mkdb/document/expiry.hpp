#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace mkdb::document {

inline constexpr std::chrono::milliseconds longest_ttl = std::chrono::seconds(3155760000);

/// Which records are over: those whose field holds a number of milliseconds since 1970 (UTC) that is not ahead any
/// more. A record without a number in it never is.
struct expiry {
    std::shared_ptr<std::string const> field; ///< Null or empty: no record ever is over.
    std::int64_t now_ms = 0;

    [[nodiscard]] bool is_kept() const noexcept { return field != nullptr && !field->empty(); }
};

/// Complexity: one look-up.
[[nodiscard]] inline bool is_over(boost::json::object const& record, expiry const& when, bool nested) {
    auto const* const until = when.is_kept() ? find_field(record, *when.field, nested) : nullptr;
    return until != nullptr && until->is_number() && compare(*until, boost::json::value(when.now_ms)) <= 0;
}

/// Has a write end its record after `ttl`, or never if that is 0. Errors: `invalid_argument` where nothing says which
/// field does, or when the write sets that field itself.
[[nodiscard]] inline result<> set_expiry(boost::json::object& delta, expiry const& when,
                                         std::chrono::milliseconds ttl) {
    if (!when.is_kept()) {
        return fail(errc::invalid_argument, "'ttl' needs a store with a 'ttl_field', which says where it is kept");
    }
    if (ttl.count() < 0 || ttl > longest_ttl) {
        return fail(errc::invalid_argument, "'ttl' must be from 0 to 3155760000 seconds, which are 100 years");
    }
    if (delta.contains(*when.field)) {
        return fail(errc::invalid_argument, "'ttl' and the field '" + shortened(*when.field) + "' set the same");
    }
    delta[*when.field] = ttl.count() == 0 ? boost::json::value() : boost::json::value(when.now_ms + ttl.count());
    return {};
}

} // namespace mkdb::document
