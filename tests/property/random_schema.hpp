#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::test {

/// Schemas and records that have much to do with each other: few names, few values, every keyword.
///
/// Only what 2020-12 and draft-07 mean alike and what the oracle takes for what it is: no number that is an integer by
/// value alone, no string that reads as a number, and steps that are no integers, since it cuts fractions for others.
class random_schema {
public:
    static constexpr std::size_t most_items = 3; ///< Of a list in a record.

    explicit random_schema(std::uint64_t seed) : random_(seed) {}

    /// A root with definitions that all others may refer to.
    [[nodiscard]] boost::json::object root() {
        auto schema = keywords(3);
        if (schema.contains("type")) {
            schema["type"] = "object"; // What lets no record in is refused.
        }
        boost::json::object definitions;
        for (auto const* name : {"p", "q"}) {
            in_definition_ = true; // What follows stays below the value that it is for, so that no cycle stands still.
            definitions[name] = keywords(2);
            in_definition_ = false;
        }
        schema["$defs"] = std::move(definitions);
        return schema;
    }

    [[nodiscard]] boost::json::object record(int depth = 3) {
        boost::json::object fields;
        for (auto count = below(5); count > 0; --count) {
            fields[name()] = value(depth - 1);
        }
        return fields;
    }

private:
    using maker = std::function<void(boost::json::object&, int)>;

    [[nodiscard]] std::size_t below(std::size_t limit) { return random_() % limit; }
    [[nodiscard]] bool one_in(std::size_t times) { return below(times) == 0; }

    template <class T>
    [[nodiscard]] T pick(std::initializer_list<T> from) {
        return *(from.begin() + below(from.size()));
    }

    [[nodiscard]] std::string name() { return pick({"a", "b", "c", "ab", "é"}); }

    [[nodiscard]] boost::json::value scalar() {
        return pick<boost::json::value>(
            {nullptr, true, false, 0, 1, 2, 3, -1, 0.5, 1.5, 2.5, -0.5, "a", "b", "ab", "abc", "éa", "€", "x y"});
    }

    [[nodiscard]] boost::json::value value(int depth) {
        if (depth > 0 && one_in(4)) {
            return record(depth);
        }
        if (depth > 0 && one_in(3)) {
            boost::json::array items;
            for (auto count = below(most_items + 1); count > 0; --count) {
                items.push_back(value(depth - 1));
            }
            return items;
        }
        return scalar();
    }

    [[nodiscard]] boost::json::value schema(int depth) {
        if (one_in(12)) {
            return !one_in(3);
        }
        if (one_in(6) && !stays_) {
            return reference({"#", "#/$defs/p", "#/$defs/q"}, depth);
        }
        return depth > 0 ? boost::json::value(keywords(depth))
                         : boost::json::value(boost::json::object{{"type", type()}});
    }

    /// For the very value that the schema around it is for: within a definition it must not refer to others.
    [[nodiscard]] boost::json::value schema_in_place(int depth) {
        auto const before = std::exchange(stays_, true);
        auto made = !in_definition_ && one_in(6) ? reference({"#/$defs/p", "#/$defs/q"}, depth) : schema(depth);
        stays_ = before;
        return made;
    }

    /// What stands beside a reference counts.
    [[nodiscard]] boost::json::value reference(std::initializer_list<char const*> to, int depth) {
        auto made = one_in(2) ? keywords(depth - 1) : boost::json::object();
        made["$ref"] = pick(to);
        return made;
    }

    [[nodiscard]] boost::json::value schema_below(int depth) {
        auto const before = std::exchange(stays_, false);
        auto made = schema(depth);
        stays_ = before;
        return made;
    }

    [[nodiscard]] std::string type() {
        return pick({"null", "boolean", "integer", "number", "string", "array", "object", "object", "string"});
    }

    template <class Make>
    [[nodiscard]] boost::json::array some(Make make) {
        boost::json::array made;
        for (auto count = 1 + below(3); count > 0; --count) {
            made.push_back(make());
        }
        return made;
    }

    template <class Make>
    [[nodiscard]] boost::json::object some_fields(Make make) {
        boost::json::object made;
        for (auto count = 1 + below(3); count > 0; --count) {
            made[name()] = make();
        }
        return made;
    }

    /// Names in a list differ.
    [[nodiscard]] static boost::json::array names_in(boost::json::object const& object) {
        boost::json::array all;
        for (auto const& field : object) {
            all.emplace_back(field.key());
        }
        return all;
    }

    [[nodiscard]] boost::json::array names() {
        return names_in(some_fields([] { return true; }));
    }

    [[nodiscard]] boost::json::array types() {
        return names_in({{"object", true}, {"array", true}, {type(), true}, {type(), true}});
    }

    [[nodiscard]] boost::json::object keywords(int depth) {
        boost::json::object made;
        for (auto count = 1 + below(3); count > 0; --count) {
            auto const which = below(5);
            which == 0   ? add_any(made)
            : which == 1 ? add_bounds(made)
            : which == 2 ? add_array(made, depth - 1)
            : which == 3 ? add_object(made, depth - 1)
                         : add_logic(made, depth - 1);
        }
        return made;
    }

    void add_any(boost::json::object& to) {
        switch (below(4)) {
        case 0: to["type"] = type(); return;
        case 1: to["type"] = types(); return;
        case 2: to["enum"] = some([this] { return value(1); }); return;
        default: to["const"] = value(1);
        }
    }

    void add_bounds(boost::json::object& to) {
        auto const count = static_cast<int>(below(3));
        switch (below(11)) {
        case 0: to["minimum"] = pick<boost::json::value>({0, 1, 0.5}); return;
        case 1: to["maximum"] = pick<boost::json::value>({0, 1, 2.5}); return;
        case 2: to["exclusiveMinimum"] = pick<boost::json::value>({0, 1, 0.5}); return;
        case 3: to["exclusiveMaximum"] = pick<boost::json::value>({1, 2, 2.5}); return;
        case 4: to["multipleOf"] = pick({0.5, 1.5, 2.5}); return;
        case 5: to["minLength"] = count; return;
        case 6: to["maxLength"] = count; return;
        case 7: to["pattern"] = pick({"a", "^a", "b$", "^[ab]*$", "a.c|x"}); return;
        case 8: to[pick({"minItems", "minProperties"})] = count; return;
        case 9: to[pick({"maxItems", "maxProperties"})] = count + 1; return;
        default: to["uniqueItems"] = !one_in(4);
        }
    }

    void add_array(boost::json::object& to, int depth) {
        switch (below(3)) {
        case 0: to["prefixItems"] = some([&] { return schema_below(depth); }); return;
        case 1: to["items"] = schema_below(depth); return;
        default: add_contains(to, depth);
        }
    }

    /// The oracle is told of counts by copies of the schema, so that is a small one.
    void add_contains(boost::json::object& to, int depth) {
        bool const counts = one_in(2);
        if (!counts || !one_in(6)) { // Counts without it say nothing.
            to["contains"] = schema_below(counts ? 0 : depth);
        }
        if (counts && !one_in(3)) {
            to["minContains"] = static_cast<int>(below(most_items + 1));
        }
        if (counts && one_in(2)) {
            to["maxContains"] = static_cast<int>(below(most_items + 1));
        }
    }

    void add_object(boost::json::object& to, int depth) {
        switch (below(7)) {
        case 0:
        case 1: to["properties"] = some_fields([&] { return schema_below(depth); }); return;
        case 2: to["required"] = names(); return;
        case 3: to["additionalProperties"] = schema_below(depth); return;
        case 4: to["patternProperties"] = boost::json::object{{pick({"a", "^b", "c$"}), schema_below(depth)}}; return;
        case 5:
            to["propertyNames"] =
                boost::json::object{{"maxLength", 1 + static_cast<int>(below(2))}, {"pattern", pick({"[abc]", "b|a"})}};
            return;
        default:
            if (one_in(2)) {
                to["dependentRequired"] = some_fields([&] { return names(); });
            } else {
                to["dependentSchemas"] = some_fields([&] { return schema_in_place(depth); });
            }
        }
    }

    void add_logic(boost::json::object& to, int depth) {
        switch (below(5)) {
        case 0: to["allOf"] = some([&] { return schema_in_place(depth); }); return;
        case 1: to["anyOf"] = some([&] { return schema_in_place(depth); }); return;
        case 2: to["oneOf"] = some([&] { return schema_in_place(depth); }); return;
        case 3: to["not"] = schema_in_place(depth); return;
        default: to["if"] = schema_in_place(depth); to[pick({"then", "else"})] = schema_in_place(depth);
        }
    }

    std::mt19937_64 random_;
    bool in_definition_ = false;
    bool stays_ = true; ///< What is made next is for the value of the schema around it.
};

} // namespace mkdb::test
