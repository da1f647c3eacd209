#pragma once

#include <mkdb/core/bytes.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mkdb {

/// Puts values one behind another, as they lie in a file: little-endian, without gaps.
class byte_writer {
public:
    /// Takes bytes in their order, a piece at a time.
    using sink = std::function<void(std::string_view)>;

    byte_writer() = default;
    /// Keeps a piece at most: `to` gets the bytes, the last of them by `flush`. What `to` throws comes up to the
    /// caller.
    explicit byte_writer(sink to) : sink_(std::move(to)), kept_(piece_bytes) {}

    /// For a caller that knows how much comes.
    void expect(std::uint64_t size) {
        if (!sink_) {
            bytes_.reserve(bytes_.size() + size);
        }
    }

    template <class T>
    requires std::is_arithmetic_v<T>
    void put(T value) {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        put_bytes({raw, sizeof raw});
    }

    void put_bytes(std::string_view bytes) {
        if (bytes.size() >= kept_) {
            flush();
            pass_on(bytes);
            return;
        }
        bytes_.append(bytes);
        if (bytes_.size() >= kept_) {
            flush();
        }
    }

    /// With its length, which `byte_reader::text` reads.
    void put_text(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        put_bytes(text);
    }

    /// Gives the sink what it has not got yet. Precondition: there is one.
    void flush() {
        if (!bytes_.empty()) {
            pass_on(bytes_);
            bytes_.clear();
        }
    }

    /// Of all that was put.
    [[nodiscard]] std::uint64_t size() const noexcept { return passed_on_ + bytes_.size(); }
    /// Precondition: there is no sink.
    [[nodiscard]] std::string take() && noexcept { return std::move(bytes_); }

private:
    static constexpr std::size_t piece_bytes = mebibyte;

    void pass_on(std::string_view bytes) {
        passed_on_ += bytes.size();
        sink_(bytes);
    }

    std::string bytes_;
    sink sink_;
    std::size_t kept_ = std::numeric_limits<std::size_t>::max();
    std::uint64_t passed_on_ = 0;
};

} // namespace mkdb
