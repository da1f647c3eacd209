#pragma once

#include <mkdb/core/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mkdb {

/// Reads what a `byte_writer` wrote, and never beyond the end: from the first value that is not all there on,
/// everything is zero or empty and `sound` is false.
class byte_reader {
public:
    /// Fills a span with the bytes that come next; false when it cannot.
    using source = std::function<bool(std::span<char>)>;

    explicit byte_reader(std::string_view bytes) : window_(bytes) {}
    /// Has `size` bytes of a source a piece at a time. A view is good until the next one is asked for.
    byte_reader(source from, std::uint64_t size) : source_(std::move(from)), behind_(size) {}
    byte_reader(byte_reader const&) = delete;
    byte_reader& operator=(byte_reader const&) = delete;
    ~byte_reader() = default;

    template <class T>
    requires std::is_arithmetic_v<T>
    [[nodiscard]] T get() { return value_of<T>(bytes(sizeof(T))); }

    /// What `get` is going to return.
    template <class T>
    requires std::is_arithmetic_v<T>
    [[nodiscard]] T peek() { return value_of<T>(has(sizeof(T)) ? window_.substr(0, sizeof(T)) : std::string_view()); }

    [[nodiscard]] std::string_view bytes(std::uint64_t size) {
        if (!has(size)) {
            return {};
        }
        auto const taken = window_.substr(0, size);
        window_.remove_prefix(size);
        return taken;
    }

    [[nodiscard]] std::string_view text() { return bytes(get<std::uint32_t>()); }

    [[nodiscard]] std::uint64_t left() const noexcept { return sound_ ? window_.size() + behind_ : 0; }
    [[nodiscard]] bool sound() const noexcept { return sound_; }
    [[nodiscard]] bool at_end() const noexcept { return sound_ && left() == 0; }

private:
    static constexpr std::uint64_t piece_bytes = mebibyte;

    template <class T>
    [[nodiscard]] static T value_of(std::string_view raw) noexcept {
        T value{};
        if (raw.size() == sizeof value) {
            std::memcpy(&value, raw.data(), sizeof value);
        }
        return value;
    }

    [[nodiscard]] bool has(std::uint64_t size) {
        sound_ = sound_ && size <= left() && (size <= window_.size() || fetch(size));
        return sound_;
    }

    /// Brings the window up to `size` bytes at least, which are left.
    [[nodiscard]] bool fetch(std::uint64_t size) {
        auto const kept = window_.size();
        std::copy(window_.begin(), window_.end(), buffer_.begin()); // To the front, also over itself.
        auto const more = std::min(std::max(size, piece_bytes) - kept, behind_);
        buffer_.resize(kept + more);
        window_ = buffer_;
        behind_ -= more;
        return source_(std::span(buffer_).subspan(kept));
    }

    std::string_view window_; ///< Of the buffer, when there is a source.
    source source_;
    std::string buffer_;
    std::uint64_t behind_ = 0; ///< Bytes that the source still has.
    bool sound_ = true;
};

} // namespace mkdb
