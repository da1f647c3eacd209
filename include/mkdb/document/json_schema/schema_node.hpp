#pragma once

#include <mkdb/document/json_schema/json_type.hpp>
#include <mkdb/document/pattern.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

/// A JSON Schema as it is checked: schemas in one list, which name each other by their place in it.
namespace mkdb::document::detail {

using schema_index = std::uint32_t;
using schema_list = std::vector<schema_index>;

struct named_schema {
    std::string name;
    schema_index schema = 0;
};

struct count_range {
    std::uint64_t least = 0;
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

/// `enum` and `const`.
struct value_set {
    std::vector<boost::json::value> sorted; ///< In the order of `document::compare`.
    std::string sentence;                   ///< As `"red", "green" or "blue"`.
};

enum class bound : std::uint8_t { at_least, above, at_most, below };

struct number_bound {
    bound kind = bound::at_least;
    boost::json::value limit;
};

struct number_rules {
    std::vector<number_bound> bounds;
    std::optional<boost::json::value> multiple_of;
};

struct searched_pattern {
    std::string expression;
    pattern compiled;
};

struct text_rules {
    count_range length; ///< In code points.
    std::optional<searched_pattern> searched;
};

struct array_rules {
    count_range count;
    bool unique = false;
    schema_list first; ///< By position.
    std::optional<schema_index> rest;
    std::optional<schema_index> contains;
    count_range contained{.least = 1};
};

struct pattern_schema {
    pattern name;
    schema_index schema = 0;
};

/// What must be there beside a field.
struct companions {
    std::string field;
    std::vector<std::string> required;
};

struct object_rules {
    count_range count;
    std::vector<std::string> required;
    std::vector<named_schema> properties; ///< In order of name.
    std::vector<pattern_schema> patterns;
    std::optional<schema_index> others;
    std::optional<schema_index> names;
    std::vector<companions> beside;       ///< In order of field.
    std::vector<named_schema> when_there; ///< `dependentSchemas`.
};

/// Schemas for the very value that this one is for.
struct logic_rules {
    schema_list all;
    schema_list any;
    schema_list one;
    std::optional<schema_index> none;
    std::string none_text; ///< As JSON, for a message.
    std::optional<schema_index> condition;
    std::optional<schema_index> consequence;
    std::optional<schema_index> otherwise;
    std::optional<schema_index> reference;
};

struct schema_node {
    bool never = false;  ///< The schema `false`.
    bool shared = false; ///< Several schemas lead here, so a value may come more than once.
    json_type_set types = json_type_set::all();
    std::vector<value_set> values;
    std::optional<number_rules> numbers;
    std::optional<text_rules> texts;
    std::optional<array_rules> arrays;
    std::optional<object_rules> objects;
    std::optional<logic_rules> logic;
};

struct schema_program {
    std::vector<schema_node> nodes;     ///< The first is the root.
    bool many_ask_for_repeated = false; ///< Several of them want items that differ, maybe of the same list.
    std::string text;                   ///< The schema as JSON.
};

} // namespace mkdb::document::detail
