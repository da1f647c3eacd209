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

/// Turns the JSON of a filter into the tree. Errors name the place inside `$and`, `$or` and `$not`, the field and the
/// operator.
template <class Tokenizers>
class filter_parser {
public:
    /// `tokenizers` are by field, and outlive this.
    filter_parser(std::size_t recursion_limit, Tokenizers const& tokenizers)
        : recursion_limit_(recursion_limit), tokenizers_(&tokenizers) {}

    /// Adds the conditions of one level, all of which must hold.
    [[nodiscard]] result<> level(boost::json::object const& object, std::vector<filter>& parts, std::size_t depth = 0) {
        for (auto const& [name, value] : object) {
            MKDB_TRY(entry(name, value, parts, depth));
        }
        return {};
    }

    [[nodiscard]] result<> entry(std::string_view name, boost::json::value const& value, std::vector<filter>& parts,
                                 std::size_t depth = 0) {
        if (name.starts_with('$')) {
            MKDB_TRY_ASSIGN(auto combined, combination(name, value, depth + 1));
            parts.push_back(std::move(combined));
            return {};
        }
        return names_the_id(name) ? id_entry(value, parts) : field_entry(name, value, parts);
    }

    /// One part stands for itself.
    [[nodiscard]] static filter together(std::vector<filter> parts) {
        return parts.size() == 1 ? std::move(parts.front()) : filter{all_of{std::move(parts)}};
    }

private:
    [[nodiscard]] result<filter> combination(std::string_view name, boost::json::value const& value,
                                             std::size_t depth) {
        if (name != "$and" && name != "$or" && name != "$not") {
            return fail(errc::query_syntax, "unknown operator '" + shortened(name) + "', expected $and, $or or $not");
        }
        if (depth > recursion_limit_) {
            return fail(errc::query_syntax, std::string(name) + ": filters are nested deeper than the limit of " +
                                                std::to_string(recursion_limit_));
        }
        MKDB_TRY(count_condition(std::string(name)));
        if (name == "$not") {
            return negation(value, depth);
        }
        MKDB_TRY_ASSIGN(auto combined, list_of_filters(name, value, depth));
        return name == "$and" ? filter{all_of{std::move(combined)}} : filter{any_of{std::move(combined)}};
    }

    [[nodiscard]] result<filter> negation(boost::json::value const& value, std::size_t depth) {
        if (!value.is_object()) {
            return refused("$not", "a filter", value);
        }
        std::vector<filter> parts;
        if (auto const parsed = level(value.get_object(), parts, depth); !parsed) {
            return fail(parsed.error().code, "$not: " + parsed.error().message);
        }
        none_of negated;
        negated.parts.push_back(together(std::move(parts)));
        return filter{std::move(negated)};
    }

    [[nodiscard]] result<std::vector<filter>> list_of_filters(std::string_view name, boost::json::value const& value,
                                                              std::size_t depth) {
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
            if (auto const parsed = item.get_object().empty() ? count_condition("an empty filter")
                                                              : level(item.get_object(), parts, depth);
                !parsed) {
                return fail(parsed.error().code, place() + ": " + parsed.error().message);
            }
            combined.push_back(together(std::move(parts)));
        }
        return combined;
    }

    [[nodiscard]] result<> field_entry(std::string_view field, boost::json::value const& value,
                                       std::vector<filter>& parts) {
        if (auto const* keywords = value.if_array()) {
            MKDB_TRY(count(field, operation::contains));
            MKDB_TRY_ASSIGN(auto made, parse_keywords(field, *keywords, *tokenizers_));
            parts.push_back({std::move(made)});
            return {};
        }
        auto const* operators = value.if_object();
        if (operators == nullptr) {
            MKDB_TRY(count(field, operation::eq));
            parts.push_back({condition{std::string(field), operation::eq, value, {}}});
            return {};
        }
        if (operators->empty()) {
            return refused(of_field(field), "a value or an object of operators", value);
        }
        // Those of one field stay together: a range is one question to an index.
        std::vector<filter> conditions;
        for (auto const& [name, operand] : *operators) {
            MKDB_TRY_ASSIGN(auto made, parse_operator(field, name, operand, *tokenizers_));
            MKDB_TRY(count(field, made.op));
            conditions.push_back({std::move(made)});
        }
        parts.push_back(together(std::move(conditions)));
        return {};
    }

    [[nodiscard]] result<> id_entry(boost::json::value const& value, std::vector<filter>& parts) {
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
                                       std::vector<filter>& parts) {
        MKDB_TRY_ASSIGN(auto made, parse_operator("id", name, operand, *tokenizers_));
        MKDB_TRY(count("id", made.op));
        MKDB_TRY(check_id_operand(name, made.op, operand));
        parts.push_back({id_condition{std::move(made)}});
        return {};
    }

    /// The time limit is not looked at between the conditions on one record, and each of those on texts may look
    /// through all of a long one.
    [[nodiscard]] result<> count(std::string_view field, operation op) {
        auto const where = of_field(field) + ": operator '" + std::string(to_string(op)) + "'";
        MKDB_TRY(count_condition(where));
        bool const costly = op == operation::phrase || op == operation::fuzzy || op == operation::regex;
        costly_ += costly ? 1 : 0;
        contains_ += op == operation::contains ? 1 : 0;
        if (costly_ > most_costly) {
            return fail(errc::query_syntax, where + ": more than 16 of phrase, fuzzy and regex");
        }
        return contains_ <= most_contains ? result<>()
                                          : fail(errc::query_syntax, where + ": more than 256 of contains");
    }

    /// The tree takes a hundred times what a client sends for it.
    [[nodiscard]] result<> count_condition(std::string const& where) {
        return ++conditions_ <= most_conditions
                   ? result<>()
                   : fail(errc::query_syntax,
                          where + ": more than 4096 conditions: for one of several values use 'in'");
    }

    static constexpr std::size_t most_costly = 16;
    static constexpr std::size_t most_contains = 256;
    static constexpr std::size_t most_conditions = 4096;

    std::size_t recursion_limit_;
    Tokenizers const* tokenizers_;
    std::size_t costly_ = 0;
    std::size_t contains_ = 0;
    std::size_t conditions_ = 0;
};

} // namespace mkdb::query::detail
