#pragma once

#include <mkdb/core/bytes.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mkdb {

/// Puts values one behind another, as they lie in a file: little-endian, without gaps.
class byte_writer {
public:
    /// For a caller that knows how much comes.
    void expect(std::uint64_t size) { bytes_.reserve(bytes_.size() + size); }

    template <class T>
        requires std::is_arithmetic_v<T>
    void put(T value) {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        bytes_.append(raw, sizeof raw);
    }

    void put_bytes(std::string_view bytes) { bytes_.append(bytes); }

    /// With its length, which `byte_reader::text` reads.
    void put_text(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        put_bytes(text);
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] std::string take() && noexcept { return std::move(bytes_); }

private:
    std::string bytes_;
};

} // namespace mkdb
