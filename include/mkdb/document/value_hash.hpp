#pragma once

#include <mkdb/core/hash.hpp>
#include <mkdb/document/number.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace mkdb::document {

[[nodiscard]] std::uint64_t hash_value(boost::json::value const& value, std::uint64_t seed) noexcept;

namespace detail {

[[nodiscard]] inline std::uint64_t hash_pair(std::uint64_t first, std::uint64_t second, std::uint64_t seed) noexcept {
    std::array const words{first, second};
    return hash64({reinterpret_cast<char const*>(words.data()), sizeof words}, seed);
}

[[nodiscard]] inline std::uint64_t hash_array(boost::json::array const& array, std::uint64_t seed) noexcept {
    auto all = hash64({}, seed);
    for (auto const& element : array) {
        all = hash_pair(all, hash_value(element, seed), seed);
    }
    return all;
}

/// A sum, since the order of fields has no meaning.
[[nodiscard]] inline std::uint64_t hash_object(boost::json::object const& object, std::uint64_t seed) noexcept {
    std::uint64_t sum = 0;
    for (auto const& field : object) {
        sum += hash64(field.key(), hash_value(field.value(), seed));
    }
    return hash_pair(object.size(), sum, seed);
}

} // namespace detail

/// The same for values that `equal` takes for equal, and else hardly ever. Where clients make the values `seed` is
/// secret, so that nobody knows which of them have one hash.
///
/// Complexity: linear, whatever the values are. Preconditions: those of `compare`; nesting is within the document
/// limit, since this recurses.
inline std::uint64_t hash_value(boost::json::value const& value, std::uint64_t seed) noexcept {
    auto const own = seed + static_cast<std::uint64_t>(type_rank(value));
    if (is_number(value)) {
        auto const key = key_of(value);
        return detail::hash_pair(std::bit_cast<std::uint64_t>(key.high), key.low, own);
    }
    if (auto const* text = value.if_string()) {
        return hash64(*text, own);
    }
    if (auto const* array = value.if_array()) {
        return detail::hash_array(*array, own);
    }
    if (auto const* object = value.if_object()) {
        return detail::hash_object(*object, own);
    }
    return hash64({}, own);
}

} // namespace mkdb::document
