#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/document/utf8.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace mkdb::document {
namespace detail {

/// Walks a delta that a program built, which unlike parsed text may hold anything that C++ can put into a value.
class delta_check {
public:
    delta_check(bool nested, std::size_t max_depth) : nested_(nested), max_depth_(max_depth) {}

    [[nodiscard]] result<> object(boost::json::object const& object, std::size_t depth) const {
        MKDB_TRY(within(depth));
        for (auto const& field : object) {
            std::string_view const name = field.key();
            if (!is_utf8(name)) {
                return fail(errc::invalid_argument, "a field's name is not UTF-8");
            }
            // In a nested store each dot of a path becomes one object.
            auto const dots = nested_ && is_path(name) ? std::ranges::count(name, '.') : 0;
            MKDB_TRY(within(depth + static_cast<std::size_t>(dots)));
            MKDB_TRY(value(field.value(), depth + static_cast<std::size_t>(dots) + 1));
        }
        return {};
    }

private:
    [[nodiscard]] result<> value(boost::json::value const& value, std::size_t depth) const {
        if (auto const* object_value = value.if_object()) {
            return object(*object_value, depth);
        }
        if (auto const* array = value.if_array()) {
            MKDB_TRY(within(depth));
            for (auto const& element : *array) {
                MKDB_TRY(this->value(element, depth + 1));
            }
        }
        if (auto const* text = value.if_string(); text != nullptr && !is_utf8(*text)) {
            return fail(errc::invalid_argument, "a string is not UTF-8");
        }
        if (auto const* number = value.if_double(); number != nullptr && !std::isfinite(*number)) {
            return fail(errc::invalid_argument, "a number is infinite or not a number, which JSON cannot hold");
        }
        return {};
    }

    [[nodiscard]] result<> within(std::size_t depth) const {
        if (depth > max_depth_) {
            return fail(errc::limit_exceeded,
                        "a document may be nested at most " + std::to_string(max_depth_) + " levels deep");
        }
        return {};
    }

    bool nested_;
    std::size_t max_depth_;
};

} // namespace detail

/// Whether `delta` may be merged: UTF-8 throughout, finite numbers, and no deeper than the limit, dots of paths
/// counted. A merge nests no deeper than its deepest side, so checking deltas keeps records within the limit.
///
/// Errors: `errc::invalid_argument`, `errc::limit_exceeded`.
[[nodiscard]] inline result<> check_delta(boost::json::object const& delta, bool nested,
                                          std::size_t max_depth = limits::document_depth) {
    return detail::delta_check(nested, max_depth).object(delta, 1);
}

} // namespace mkdb::document
