#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/pattern.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/index/fuzzy_edits.hpp>
#include <mkdb/query/detail/describe.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::query::detail {

inline constexpr std::size_t most_words = 10000; ///< Of any text that is asked for: more would only fill memory.
inline constexpr std::size_t most_phrase_words = 64;
inline constexpr std::size_t most_fuzzy_words = 32; ///< Each is compared with each word of a text.

[[nodiscard]] inline result<> check_words(std::string const& where, std::size_t words, std::size_t most) {
    return words <= most ? result<>()
                         : fail(errc::query_syntax, where + ": expected at most " + std::to_string(most) +
                                                        " words, found " + std::to_string(words));
}

/// 1.0 counts as 1: some clients have no integers.
[[nodiscard]] inline std::optional<unsigned> edits_of(boost::json::value const& value) {
    for (unsigned edits = 0; edits <= index::most_edits; ++edits) {
        if (document::equal(value, edits)) {
            return edits;
        }
    }
    return std::nullopt;
}

struct fuzzy_wish {
    boost::json::value text;
    std::optional<unsigned> edits;
};

/// "text", or {"text": "…", "edits": 0 to 2}.
[[nodiscard]] inline result<fuzzy_wish> parse_fuzzy(std::string const& where, boost::json::value const& operand) {
    if (operand.is_string()) {
        return fuzzy_wish{operand, {}};
    }
    fuzzy_wish wish;
    for (auto const& [name, value] : operand.get_object()) {
        if (name == "text") {
            wish.text = value;
        } else if (name != "edits") {
            return fail(errc::query_syntax, where + ": unknown key '" + shortened(name) + "', expected text or edits");
        } else if (auto const edits = edits_of(value)) {
            wish.edits = edits;
        } else {
            return refused(where + ": 'edits'", "0, 1 or 2", value);
        }
    }
    if (!wish.text.is_string()) {
        return refused(where + ": 'text'", "a text", wish.text);
    }
    return wish;
}

/// What tests a text against a regular expression.
[[nodiscard]] inline result<std::function<bool(std::string_view)>> parse_pattern(std::string const& where,
                                                                                 std::string_view expression) {
    auto compiled = document::pattern::compile(expression);
    if (!compiled) {
        return fail(errc::query_syntax, where + ": not a regular expression: " + shortened(compiled.error().message));
    }
    return std::function<bool(std::string_view)>(
        [pattern = std::move(*compiled)](std::string_view text) { return pattern.found_in(text); });
}

} // namespace mkdb::query::detail
