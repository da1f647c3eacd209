#pragma once

#include <mkdb/document/field_rules.hpp>

#include <boost/json/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

/// The types of JSON Schema, as it calls them and as a sentence does.
struct json_type {
    std::string_view name;
    std::string_view noun;
};

inline constexpr std::array<json_type, 7> json_types{{
    {"null", "null"},
    {"boolean", "true or false"},
    {"integer", "an integer"},
    {"number", "a number"},
    {"string", "a string"},
    {"array", "a list"},
    {"object", "an object"},
}};

/// Some of `json_types`.
class json_type_set {
public:
    [[nodiscard]] static constexpr json_type_set all() noexcept {
        json_type_set set;
        set.bits_ = (1U << json_types.size()) - 1;
        return set;
    }

    /// False when there is no such type.
    [[nodiscard]] bool insert(std::string_view name) noexcept {
        for (std::size_t i = 0; i < json_types.size(); ++i) {
            if (json_types[i].name == name) {
                bits_ |= 1U << i;
                return true;
            }
        }
        return false;
    }

    /// Numbers without a fraction, as 3 and 3.0 are, are of two types.
    [[nodiscard]] bool contains(boost::json::value const& value) const noexcept {
        switch (value.kind()) {
        case boost::json::kind::null: return has(0);
        case boost::json::kind::bool_: return has(1);
        case boost::json::kind::string: return has(4);
        case boost::json::kind::array: return has(5);
        case boost::json::kind::object: return has_objects();
        default: return has(3) || (has(2) && is_integer(value));
        }
    }

    [[nodiscard]] bool has_objects() const noexcept { return has(6); }

    /// As "a string, a number or null".
    [[nodiscard]] std::string sentence() const {
        std::string text;
        std::size_t left = 0;
        for (std::size_t i = 0; i < json_types.size(); ++i) {
            left += has(i) ? 1 : 0;
        }
        for (std::size_t i = 0; i < json_types.size(); ++i) {
            if (has(i)) {
                --left;
                text += json_types[i].noun;
                text += left > 1 ? ", " : left == 1 ? " or " : "";
            }
        }
        return text;
    }

private:
    [[nodiscard]] constexpr bool has(std::size_t type) const noexcept { return (bits_ >> type & 1U) != 0; }

    std::uint32_t bits_ = 0;
};

} // namespace mkdb::document::detail
