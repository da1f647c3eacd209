#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/query/search.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query {

/// Of the places in one field, so many are told.
inline constexpr std::size_t most_highlights = 100;

/// How many places are told of one record.
[[nodiscard]] inline std::size_t count_places(boost::json::object const& highlights) {
    std::size_t places = 0;
    for (auto const& [field, list] : highlights) {
        places += list.get_array().size();
    }
    return places;
}

namespace detail {

/// Adds the places in one string; `index` is its place in an array.
template <class Tokenizer>
void add_highlights(std::string_view text, std::optional<std::size_t> index, std::vector<std::string> const& terms,
                    Tokenizer const& tokenizer, boost::json::array& places) {
    tokenizer.analyze(text, [&](std::string_view term, std::size_t begin, std::size_t end) {
        if (places.size() == most_highlights || !std::ranges::binary_search(terms, term)) {
            return;
        }
        boost::json::object place{{"start", begin}, {"length", end - begin}};
        if (index) {
            place["index"] = *index;
        }
        places.push_back(std::move(place));
    });
}

} // namespace detail

/// Where the terms of a search occur in a record: for each field that has some, a list of `{"start", "length"}` in
/// bytes of its text in UTF-8, with the `index` of the string when the field is an array.
template <class Tokenizer>
[[nodiscard]] boost::json::object highlights_of(boost::json::object const& record, search_request const& asked,
                                                bool nested, Tokenizer const& tokenizer) {
    boost::json::object all;
    for (auto const& field : asked.fields) {
        auto const& terms = asked.terms_of(field);
        auto const& words = text::in_language(tokenizer, asked.texts[field.text].language);
        auto const* value = document::find_field(record, field.name, nested);
        boost::json::array places;
        if (auto const* text = value == nullptr ? nullptr : value->if_string()) {
            detail::add_highlights(*text, {}, terms, words, places);
        } else if (auto const* list = value == nullptr ? nullptr : value->if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                if (auto const* item = (*list)[i].if_string()) {
                    detail::add_highlights(*item, i, terms, words, places);
                }
            }
        }
        if (!places.empty()) {
            all[field.name] = std::move(places);
        }
    }
    return all;
}

} // namespace mkdb::query
