#include "config/value_check.hpp"

#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/text/standard.hpp>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace mkdb::server {
namespace {

std::optional<double> number_in(boost::json::value const& value) {
    switch (value.kind()) {
    case boost::json::kind::int64: return static_cast<double>(value.get_int64());
    case boost::json::kind::uint64: return static_cast<double>(value.get_uint64());
    case boost::json::kind::double_: return value.get_double();
    default: return std::nullopt;
    }
}

bool is_in_range(boost::json::value const& value, key_description const& key) {
    // Beyond 2^53 a number with a fraction stands for several whole ones.
    if (value.is_int64()) {
        return value.get_int64() >= static_cast<std::int64_t>(std::ceil(key.minimum)) &&
               value.get_int64() <= static_cast<std::int64_t>(std::floor(key.maximum));
    }
    auto const number = number_in(value);
    return number && *number >= key.minimum && *number <= key.maximum;
}

bool is_one_of(std::string_view choices, std::string_view word) {
    while (!choices.empty()) {
        auto const bar = choices.find('|');
        if (choices.substr(0, bar) == word) {
            return true;
        }
        choices = bar == std::string_view::npos ? std::string_view() : choices.substr(bar + 1);
    }
    return false;
}

std::string quoted_choices(std::string_view choices) {
    std::string sentence;
    while (!choices.empty()) {
        auto const bar = choices.find('|');
        auto const last = bar == std::string_view::npos;
        sentence += sentence.empty() ? "" : last ? " or " : ", ";
        sentence += fmt::format("\"{}\"", choices.substr(0, bar));
        choices = last ? std::string_view() : choices.substr(bar + 1);
    }
    return sentence;
}

std::string quoted_languages() {
    std::string names;
    for (auto const& language : text::standard::languages()) {
        names += (names.empty() ? "" : "|") + language;
    }
    return quoted_choices(names);
}

std::string range(char const* noun, key_description const& key) {
    return key.kind == key_kind::integer ? fmt::format("{} from {:.0f} to {:.0f}", noun, key.minimum, key.maximum)
                                         : fmt::format("{} from {} to {}", noun, key.minimum, key.maximum);
}

} // namespace

bool value_fits(key_description const& key, boost::json::value const& value) {
    auto const* const string = value.if_string();
    auto const number = number_in(value);
    auto const in_range = is_in_range(value, key);
    switch (key.kind) {
    case key_kind::boolean: return value.is_bool();
    case key_kind::integer: return in_range && std::trunc(*number) == *number;
    case key_kind::number: return in_range;
    case key_kind::text: return string != nullptr;
    case key_kind::text_list:
        return value.is_array() &&
               std::ranges::all_of(value.get_array(), [](auto const& element) { return element.is_string(); });
    case key_kind::choice: return string != nullptr && is_one_of(key.choices, *string);
    case key_kind::index_kind: return value.is_bool() || (string != nullptr && is_one_of(key.choices, *string));
    case key_kind::language: return string != nullptr && text::standard::in_language(*string) != nullptr;
    case key_kind::json_schema: return value.is_null() || (value.is_object() && document::compile_json_schema(value));
    }
    return false;
}

std::string expectation(key_description const& key) {
    switch (key.kind) {
    case key_kind::boolean: return "true or false";
    case key_kind::integer: return range("an integer", key);
    case key_kind::number: return range("a number", key);
    case key_kind::text: return "a string";
    case key_kind::text_list: return "a list of strings";
    case key_kind::choice: return quoted_choices(key.choices);
    case key_kind::index_kind: return "false, true, " + quoted_choices(key.choices);
    case key_kind::language: return quoted_languages();
    case key_kind::json_schema: return "a JSON Schema (an object) or null";
    }
    return {};
}

std::string fault_inside(key_description const& key, boost::json::value const& value) {
    if (key.kind != key_kind::json_schema || !value.is_object()) {
        return {};
    }
    auto const compiled = document::compile_json_schema(value);
    return compiled ? std::string() : compiled.error().message;
}

} // namespace mkdb::server
