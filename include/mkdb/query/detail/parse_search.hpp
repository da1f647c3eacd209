#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/index/condition.hpp>
#include <mkdb/query/detail/describe.hpp>
#include <mkdb/query/detail/parse_condition.hpp>
#include <mkdb/query/detail/search_words.hpp>
#include <mkdb/query/names.hpp>
#include <mkdb/query/search.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mkdb::query::detail {

inline constexpr std::size_t most_search_fields = 32;
/// Beyond these, sums of scores would lose what is smaller.
inline constexpr double least_weight = 1e-6;
inline constexpr double most_weight = 1e6;
/// Each term is looked for in each field of a record, and the time limit is not looked at meanwhile.
inline constexpr std::size_t most_search_terms = 256;

/// Whether an object there is a search, and not the operators of a field of that name.
[[nodiscard]] inline bool is_search(std::string_view name, boost::json::value const& value) {
    auto const* object = value.if_object();
    return name == "search" && object != nullptr && (object->contains("text") || object->contains("fields"));
}

[[nodiscard]] inline std::optional<double> weight_of(std::string_view text) {
    double weight = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), weight);
    bool const whole = failure == std::errc() && end == text.data() + text.size();
    return whole && weight >= least_weight && weight <= most_weight ? std::optional(weight) : std::nullopt;
}

/// "field", or "field^2", where 2 is its weight.
[[nodiscard]] inline result<search_field> parse_search_field(boost::json::value const& value) {
    constexpr auto expected = "a field's name, with a weight from 0.000001 to 1000000 as in \"name^2\" if need be";
    auto const* text = value.if_string();
    if (text == nullptr) {
        return refused("'search': 'fields'", expected, value);
    }
    std::string_view const whole = *text;
    auto const mark = whole.rfind('^');
    search_field field{std::string(whole.substr(0, mark))};
    if (mark != std::string_view::npos) {
        auto const weight = weight_of(whole.substr(mark + 1));
        if (!weight) {
            return refused("'search': 'fields'", expected, value);
        }
        field.weight = *weight;
    }
    if (field.name.empty() || names_the_id(field.name)) {
        return refused("'search': 'fields'", expected, value);
    }
    return field;
}

[[nodiscard]] inline result<std::vector<search_field>> parse_search_fields(boost::json::value const* value) {
    auto const* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr || list->empty() || list->size() > most_search_fields) {
        return refused("'search': 'fields'", "a list of 1 to " + std::to_string(most_search_fields) + " fields",
                       value == nullptr ? boost::json::value() : *value);
    }
    std::vector<search_field> fields;
    for (auto const& item : *list) {
        MKDB_TRY_ASSIGN(auto field, parse_search_field(item));
        if (std::ranges::find(fields, field.name, &search_field::name) != fields.end()) {
            return fail(errc::query_syntax, "'search': " + of_field(field.name) + ": named twice");
        }
        fields.push_back(std::move(field));
    }
    return fields;
}

[[nodiscard]] inline result<term_match> parse_match(boost::json::value const& value) {
    if (value == "any" || value == "all") {
        return value == "all" ? term_match::all : term_match::any;
    }
    return refused("'search': 'match'", "\"any\" or \"all\"", value);
}

[[nodiscard]] inline result<> check_search_keys(boost::json::object const& object) {
    for (auto const& [name, value] : object) {
        if (name != "text" && name != "fields" && name != "match" && name != "highlight") {
            return fail(errc::query_syntax,
                        "'search': unknown key '" + shortened(name) + "', expected text, fields, match or highlight");
        }
    }
    return {};
}

[[nodiscard]] inline result<> check_search_size(std::size_t words, std::size_t fields) {
    return words * fields <= most_search_terms
               ? result<>()
               : fail(errc::query_syntax, "'search': expected at most " + std::to_string(most_search_terms) +
                                              " words times fields, found " + std::to_string(words) + " times " +
                                              std::to_string(fields));
}

/// Fills in what the text is in the languages of the fields. Errors: `query_syntax` when that is too much.
template <class Tokenizers>
[[nodiscard]] result<> take_text(boost::json::value const& text, Tokenizers const& tokenizers, search_request& asked) {
    std::vector<located_terms> found;
    for (auto& field : asked.fields) {
        auto const language = tokenizers.language_of(field.name);
        auto const known = std::ranges::find(asked.texts, language, &search_text::language);
        field.text = static_cast<std::size_t>(known - asked.texts.begin());
        if (known == asked.texts.end()) {
            found.push_back(locate_terms(text.get_string(), tokenizers.of(field.name)));
            MKDB_TRY(check_words("'search': 'text'", found.back().count, most_words));
            asked.texts.push_back({std::string(language), distinct_terms(found.back())});
            MKDB_TRY(check_search_size(asked.texts.back().terms.size(), asked.fields.size()));
        }
    }
    if (asked.match == term_match::all) {
        asked.words = common_words(found, asked.texts);
    }
    return check_search_size(asked.words.size(), asked.fields.size());
}

/// {"text": "…", "fields": ["…"], "match": "any", "highlight": false}
template <class Tokenizers>
[[nodiscard]] result<search_request> parse_search(boost::json::value const& value, Tokenizers const& tokenizers) {
    auto const* object = value.if_object();
    if (object == nullptr) {
        return refused("'search'", "an object with text and fields", value);
    }
    MKDB_TRY(check_search_keys(*object));
    auto const* text = object->if_contains("text");
    if (text == nullptr || !text->is_string()) {
        return refused("'search': 'text'", "a text", text == nullptr ? boost::json::value() : *text);
    }
    search_request asked;
    MKDB_TRY_ASSIGN(asked.fields, parse_search_fields(object->if_contains("fields")));
    if (auto const* match = object->if_contains("match")) {
        MKDB_TRY_ASSIGN(asked.match, parse_match(*match));
    }
    if (auto const* highlight = object->if_contains("highlight")) {
        if (!highlight->is_bool()) {
            return refused("'search': 'highlight'", "true or false", *highlight);
        }
        asked.highlight = highlight->get_bool();
    }
    MKDB_TRY(take_text(*text, tokenizers, asked));
    return asked;
}

} // namespace mkdb::query::detail
