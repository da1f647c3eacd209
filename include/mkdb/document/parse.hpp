#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/detail/parse_handler.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::document {

struct parse_limits {
    std::size_t depth = limits::document_depth; ///< Arrays and objects inside each other.
    /// Of each object. What is stored has been through this before, whatever the limit was then.
    std::size_t members = boost::json::object::max_size();
};

namespace detail {

[[nodiscard]] inline error syntax_error(boost::json::error_code code, std::size_t offset, parse_limits const& limits) {
    auto const at = " at offset " + std::to_string(offset);
    if (code == boost::json::error::too_deep) {
        return fail(errc::limit_exceeded,
                    "JSON is nested deeper than " + std::to_string(limits.depth) + " levels" + at);
    }
    if (code == boost::json::error::exponent_overflow) {
        return fail(errc::invalid_argument, "JSON number is out of range of a double" + at);
    }
    if (code == boost::json::error::incomplete) {
        return fail(errc::invalid_argument, "JSON ends too early" + at);
    }
    if (code == boost::json::error::extra_data) {
        return fail(errc::invalid_argument, "JSON has something after its value" + at);
    }
    auto const detail = code == boost::json::error::syntax ? std::string() : ": " + code.message();
    return fail(errc::invalid_argument, "JSON syntax error" + at + detail);
}

} // namespace detail

/// Reads one JSON value, strictly: UTF-8, nothing after it, the last of duplicate names wins.
///
/// Integers of 64 bits, signed or unsigned, and doubles come out exactly as written (a double is the nearest one).
/// The value lives in `storage`.
///
/// Errors: `errc::invalid_argument` with the offset, also for an integer beyond 64 bits and for a double that
/// overflows or vanishes; `errc::limit_exceeded` when nested too deeply or when an object has too many members.
/// Complexity: linear; the stack it uses is bounded by the depth limit.
[[nodiscard]] inline result<boost::json::value> parse(std::string_view text, parse_limits const& limits = {},
                                                      boost::json::storage_ptr storage = {}) {
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    std::array<unsigned char, 2048> scratch;
    boost::json::basic_parser<detail::parse_handler> parser(options, scratch.data(), scratch.size());
    parser.handler().reset(std::move(storage), limits.members);
    boost::json::error_code code;
    auto const used = parser.write_some(false, text.data(), text.size(), code);
    if (!code && used < text.size()) {
        code = boost::json::error::extra_data;
    }
    if (code) {
        if (auto const& refusal = parser.handler().refusal(); !refusal.empty()) {
            return fail(parser.handler().refusal_code(), refusal + " at offset " + std::to_string(used));
        }
        return detail::syntax_error(code, used, limits);
    }
    return parser.handler().release();
}

/// Reads one JSON object: as `parse`, and any other value is an error.
[[nodiscard]] inline result<boost::json::object> parse_object(std::string_view text, parse_limits const& limits = {},
                                                              boost::json::storage_ptr storage = {}) {
    MKDB_TRY_ASSIGN(auto value, parse(text, limits, std::move(storage)));
    if (!value.is_object()) {
        return fail(errc::invalid_argument, "JSON must be an object");
    }
    return std::move(value.get_object());
}

} // namespace mkdb::document
