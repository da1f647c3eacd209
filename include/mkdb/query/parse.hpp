#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/query/cursor.hpp>
#include <mkdb/query/detail/parse_filter.hpp>
#include <mkdb/query/detail/parse_page.hpp>
#include <mkdb/query/names.hpp>
#include <mkdb/query/request.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query {

struct parse_options {
    std::uint64_t default_limit = 300; ///< For a request without a limit; 0: none.
    std::size_t recursion_limit = 12;  ///< Levels of `$and`, `$or` and `$not`.
    /// Those that the tokenizer was checked for; null: all fields have its own. They outlive the parsing alone.
    text::field_languages const* languages = nullptr;
};

namespace detail {

template <class Tokenizer>
class request_parser {
public:
    /// Both must outlive this.
    request_parser(parse_options const& options, Tokenizer const& tokenizer)
        : options_(&options), tokenizers_(tokenizer, options.languages),
          filters_(options.recursion_limit, tokenizers_) {}
    request_parser(request_parser const&) = delete;
    request_parser& operator=(request_parser const&) = delete;
    ~request_parser() = default;

    [[nodiscard]] result<request> run(boost::json::object const& body) {
        auto const* level = &body;
        bool whole = true;
        // The request holds a filter, which may be a query builder's output and hold one in its turn.
        for (auto const* inner = inner_filter(*level); inner != nullptr; inner = inner_filter(*level)) {
            MKDB_TRY(around(*level));
            level = inner;
            whole = false;
        }
        if (whole && has_search(*level)) {
            return search_alone(*level);
        }
        std::vector<filter> parts;
        for (auto const& [name, value] : *level) {
            if (is_search(name, value)) {
                return fail(errc::query_syntax, "'search': expected beside 'filter', found in it");
            }
            // An object there holds operators for a field of that name.
            auto const beside = is_page_key(name) || (whole && name == "hydrate");
            MKDB_TRY(beside && !value.is_object() ? take_wish(name, value, tokenizers_, wishes_)
                                                  : filters_.entry(name, value, parts));
        }
        return together(filters_.together(std::move(parts)));
    }

private:
    [[nodiscard]] static boost::json::object const* inner_filter(boost::json::object const& level) {
        auto const* inner = level.if_contains("filter");
        return inner == nullptr ? nullptr : inner->if_object();
    }

    [[nodiscard]] static bool has_search(boost::json::object const& level) {
        return std::ranges::any_of(level, [](auto const& entry) { return is_search(entry.key(), entry.value()); });
    }

    /// A request that has no filter.
    [[nodiscard]] result<request> search_alone(boost::json::object const& level) {
        if (auto const* where = level.if_contains("filter"); where != nullptr && !where->is_null()) {
            return refused("'filter'", "a filter", *where);
        }
        MKDB_TRY(around(level));
        return together(filter());
    }

    [[nodiscard]] result<> around(boost::json::object const& level) {
        for (auto const& [name, value] : level) {
            if (name == "filter") {
                continue;
            }
            if (!is_request_key(name)) {
                return fail(errc::query_syntax, "'" + shortened(name) +
                                                    "' beside 'filter': expected search, sort, limit, offset, "
                                                    "hydrate, fields, cursor, count_only or aggregate");
            }
            MKDB_TRY(take_wish(name, value, tokenizers_, wishes_));
        }
        return {};
    }

    [[nodiscard]] result<request> together(filter where) {
        if (wishes_.aggregate) {
            MKDB_TRY(check_aggregate(wishes_));
        }
        if (wishes_.search) {
            MKDB_TRY(check_search(wishes_));
            wishes_.search->among = std::move(where);
            where = found_by(*wishes_.search);
        }
        request asked{std::move(where), wishes_.sort.value_or(std::vector<sort_key>()),
                      wishes_.limit.value_or(options_->default_limit), wishes_.offset.value_or(0),
                      wishes_.hydrate.value_or(wishes_.fields.has_value())};
        asked.fields = std::move(wishes_.fields);
        asked.count_only = wishes_.count_only.value_or(false) || wishes_.aggregate;
        asked.aggregate = std::move(wishes_.aggregate);
        asked.search = std::move(wishes_.search);
        if (wishes_.cursor) {
            MKDB_TRY_ASSIGN(asked.after, from_cursor(*wishes_.cursor, asked.sort));
        }
        return asked;
    }

    parse_options const* options_;
    text::field_tokenizers<Tokenizer> tokenizers_;
    filter_parser<text::field_tokenizers<Tokenizer>> filters_;
    page_wishes wishes_;
};

} // namespace detail

/// Understands a request in every form that clients send: `{"filter":…,"sort":…,"limit":…,"offset":…,"hydrate":…}`; the
/// filter as the whole object; a filter that holds such a request, as query builders make them; and `sort`, `limit` and
/// `offset` beside the fields of a filter. A request with a `search` and without a filter is of the first form. What a
/// field shares its name with (`filter`, `sort`, …) is reached in `$and`.
///
/// Texts are made into terms in the languages of their fields, and keep them: what a request asks for stays the same
/// whatever becomes of the languages of a store.
///
/// Errors: `errc::query_syntax`, "Query syntax error: …" with place, field, operator, what was expected and found.
/// Complexity: linear, plus sorting of lists; recursion is as deep as the recursion limit.
template <class Tokenizer>
[[nodiscard]] result<request> parse_request(boost::json::object const& body, parse_options const& options,
                                            Tokenizer const& tokenizer) {
    auto parsed = detail::request_parser(options, tokenizer).run(body);
    if (!parsed) {
        return fail(errc::query_syntax, "Query syntax error: " + parsed.error().message);
    }
    return parsed;
}

} // namespace mkdb::query
