#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/query/detail/describe.hpp>
#include <mkdb/query/detail/parse_condition.hpp>
#include <mkdb/query/filter.hpp>
#include <mkdb/query/names.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::query::detail {

/// Turns the JSON of a filter into the tree. Errors name the place inside `$and` and `$or`, the field and the operator.
template <class Tokenizer> class filter_parser {
public:
    filter_parser(std::size_t recursion_limit, Tokenizer const& tokenizer)
        : recursion_limit_(recursion_limit), tokenizer_(&tokenizer) {}

    /// Adds the conditions of one level, all of which must hold.
    [[nodiscard]] result<> level(boost::json::object const& object, std::vector<filter>& parts,
                                 std::size_t depth = 0) const {
        for (auto const& [name, value] : object) {
            MKDB_TRY(entry(name, value, parts, depth));
        }
        return {};
    }

    [[nodiscard]] result<> entry(std::string_view name, boost::json::value const& value, std::vector<filter>& parts,
                                 std::size_t depth = 0) const {
        if (name == "$and" || name == "$or") {
            MKDB_TRY_ASSIGN(auto combined, combination(name, value, depth + 1));
            if (name == "$and") {
                parts.push_back({all_of{std::move(combined)}});
            } else {
                parts.push_back({any_of{std::move(combined)}});
            }
            return {};
        }
        if (name.starts_with('$')) {
            return fail(errc::query_syntax, "unknown operator '" + shortened(name) + "', expected $and or $or");
        }
        return names_the_id(name) ? id_entry(value, parts) : field_entry(name, value, parts);
    }

    /// One part stands for itself.
    [[nodiscard]] static filter together(std::vector<filter> parts) {
        return parts.size() == 1 ? std::move(parts.front()) : filter{all_of{std::move(parts)}};
    }

private:
    [[nodiscard]] result<std::vector<filter>> combination(std::string_view name, boost::json::value const& value,
                                                          std::size_t depth) const {
        if (depth > recursion_limit_) {
            return fail(errc::query_syntax, std::string(name) + ": filters are nested deeper than the limit of " +
                                                std::to_string(recursion_limit_));
        }
        if (!value.is_array()) {
            return refused(std::string(name), "a list of filters", value);
        }
        std::vector<filter> combined;
        for (auto const& item : value.get_array()) {
            auto const place = [&] { return std::string(name) + "[" + std::to_string(combined.size()) + "]"; };
            if (!item.is_object()) {
                return refused(place(), "a filter", item);
            }
            std::vector<filter> parts;
            if (auto const parsed = level(item.get_object(), parts, depth); !parsed) {
                return fail(parsed.error().code, place() + ": " + parsed.error().message);
            }
            combined.push_back(together(std::move(parts)));
        }
        return combined;
    }

    [[nodiscard]] result<> field_entry(std::string_view field, boost::json::value const& value,
                                       std::vector<filter>& parts) const {
        if (auto const* keywords = value.if_array()) {
            MKDB_TRY_ASSIGN(auto made, parse_keywords(field, *keywords, *tokenizer_));
            parts.push_back({std::move(made)});
            return {};
        }
        auto const* operators = value.if_object();
        if (operators == nullptr) {
            parts.push_back({condition{std::string(field), operation::eq, value, {}}});
            return {};
        }
        if (operators->empty()) {
            return refused(of_field(field), "a value or an object of operators", value);
        }
        for (auto const& [name, operand] : *operators) {
            MKDB_TRY_ASSIGN(auto made, parse_operator(field, name, operand, *tokenizer_));
            parts.push_back({std::move(made)});
        }
        return {};
    }

    [[nodiscard]] result<> id_entry(boost::json::value const& value, std::vector<filter>& parts) const {
        if (auto const* operators = value.if_object(); operators != nullptr && !operators->empty()) {
            for (auto const& [name, operand] : *operators) {
                MKDB_TRY(id_operator(name, operand, parts));
            }
            return {};
        }
        if (!value.is_string() && !value.is_array()) {
            return refused("field 'id'", "an id or a list of ids", value);
        }
        return id_operator(value.is_array() ? "in" : "eq", value, parts);
    }

    [[nodiscard]] result<> id_operator(std::string_view name, boost::json::value const& operand,
                                       std::vector<filter>& parts) const {
        MKDB_TRY_ASSIGN(auto made, parse_operator("id", name, operand, *tokenizer_));
        MKDB_TRY(check_id_operand(name, made.op, operand));
        parts.push_back({id_condition{std::move(made)}});
        return {};
    }

    std::size_t recursion_limit_;
    Tokenizer const* tokenizer_;
};

} // namespace mkdb::query::detail
