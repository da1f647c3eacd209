#pragma once

#include <mkdb/document/field_rules.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

enum class json_type : std::uint8_t { null, boolean, integer, number, string, array, object };

/// A type as JSON Schema calls it, and as a sentence does.
struct json_type_words {
    json_type type;
    std::string_view name;
    std::string_view noun;
};

inline constexpr std::array<json_type_words, 7> json_types{{
    {json_type::null, "null", "null"},
    {json_type::boolean, "boolean", "true or false"},
    {json_type::integer, "integer", "an integer"},
    {json_type::number, "number", "a number"},
    {json_type::string, "string", "a string"},
    {json_type::array, "array", "a list"},
    {json_type::object, "object", "an object"},
}};

/// Some of `json_types`.
class json_type_set {
public:
    [[nodiscard]] static constexpr json_type_set all() noexcept {
        json_type_set set;
        for (auto const& each : json_types) {
            set.bits_ |= bit_of(each.type);
        }
        return set;
    }

    /// False when there is no such type.
    [[nodiscard]] bool insert(std::string_view name) noexcept {
        auto const* found = std::ranges::find(json_types, name, &json_type_words::name);
        bits_ |= found != json_types.end() ? bit_of(found->type) : 0;
        return found != json_types.end();
    }

    [[nodiscard]] constexpr bool has(json_type type) const noexcept { return (bits_ & bit_of(type)) != 0; }

    /// Whether the value is of one of them. Numbers without a fraction, as 3 and 3.0 are, are of two types.
    [[nodiscard]] bool contains(boost::json::value const& value) const noexcept {
        switch (value.kind()) {
        case boost::json::kind::null: return has(json_type::null);
        case boost::json::kind::bool_: return has(json_type::boolean);
        case boost::json::kind::string: return has(json_type::string);
        case boost::json::kind::array: return has(json_type::array);
        case boost::json::kind::object: return has(json_type::object);
        default: return has(json_type::number) || (has(json_type::integer) && is_integer(value));
        }
    }

    /// As "a string, a number or null".
    [[nodiscard]] std::string sentence() const {
        auto left = std::ranges::count_if(json_types, [this](auto const& each) { return has(each.type); });
        std::string text;
        for (auto const& each : json_types) {
            if (has(each.type)) {
                --left;
                text += each.noun;
                text += left > 1 ? ", " : left == 1 ? " or " : "";
            }
        }
        return text;
    }

    friend bool operator==(json_type_set const&, json_type_set const&) = default;

private:
    [[nodiscard]] static constexpr std::uint32_t bit_of(json_type type) noexcept {
        return 1U << static_cast<std::uint32_t>(type);
    }

    std::uint32_t bits_ = 0;
};

} // namespace mkdb::document::detail
