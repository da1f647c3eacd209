#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace mkdb::bench {

/// A product document of about 512 bytes of JSON, the same for the same number.
[[nodiscard]] inline boost::json::object product(std::uint64_t number) {
    static constexpr char const* materials[] = {"steel", "brass", "copper", "nylon", "titanium", "oak", "glass", "cork"};
    std::string description;
    for (std::uint64_t word = 0; description.size() < 300; ++word) {
        description += materials[(number * 31 + word * word) % 8];
        description += " part number " + std::to_string((number + word) % 5000) + " ";
    }
    return {{"name", std::string("Part ") + std::to_string(number)},
            {"material", materials[number % 8]},
            {"price", static_cast<double>(number % 10000) / 100},
            {"stock", number % 977},
            {"tags", {"shop", materials[(number / 8) % 8], materials[(number / 64) % 8]}},
            {"description", description}};
}

[[nodiscard]] inline std::string product_id(std::uint64_t number) {
    auto const digits = std::to_string(number * 0x9E3779B97F4A7C15ULL);
    return "product-" + digits.substr(0, 8);
}

} // namespace mkdb::bench
