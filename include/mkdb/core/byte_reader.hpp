#pragma once

#include <mkdb/core/bytes.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace mkdb {

/// Reads what a `byte_writer` wrote, and never beyond the end: from the first value that is not all there on,
/// everything is zero or empty and `sound` is false.
class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) : left_(bytes) {}

    template <class T>
        requires std::is_arithmetic_v<T>
    [[nodiscard]] T get() noexcept {
        T value{};
        auto const raw = bytes(sizeof value);
        if (raw.size() == sizeof value) {
            std::memcpy(&value, raw.data(), sizeof value);
        }
        return value;
    }

    [[nodiscard]] std::string_view bytes(std::uint64_t size) noexcept {
        if (!sound_ || size > left_.size()) {
            sound_ = false;
            return {};
        }
        auto const taken = left_.substr(0, size);
        left_.remove_prefix(size);
        return taken;
    }

    [[nodiscard]] std::string_view text() noexcept { return bytes(get<std::uint32_t>()); }

    [[nodiscard]] std::uint64_t left() const noexcept { return sound_ ? left_.size() : 0; }
    [[nodiscard]] bool sound() const noexcept { return sound_; }
    [[nodiscard]] bool at_end() const noexcept { return sound_ && left_.empty(); }

private:
    std::string_view left_;
    bool sound_ = true;
};

} // namespace mkdb
