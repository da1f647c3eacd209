#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Frames of the socket plane: a 32-bit big-endian length and that many bytes of UTF-8 JSON.
namespace mkdb::protocol {

inline constexpr std::size_t frame_header_bytes = 4;

[[nodiscard]] inline std::uint32_t load_frame_length(char const* header) noexcept {
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < frame_header_bytes; ++i) {
        length = length << 8U | static_cast<unsigned char>(header[i]);
    }
    return length;
}

inline void store_frame_length(char* header, std::uint32_t length) noexcept {
    for (std::size_t i = 0; i < frame_header_bytes; ++i) {
        header[i] = static_cast<char>(length >> (24U - 8U * i) & 0xFFU);
    }
}

/// Appends one frame whose payload `write_payload(out)` appends, and returns the payload's size.
template <class WritePayload>
std::size_t append_frame_with(std::string& out, WritePayload&& write_payload) {
    auto const header = out.size();
    out.append(frame_header_bytes, '\0');
    write_payload(out);
    auto const length = out.size() - header - frame_header_bytes;
    MKDB_ASSERT(length <= UINT32_MAX);
    store_frame_length(out.data() + header, static_cast<std::uint32_t>(length));
    return length;
}

inline void append_frame(std::string& out, std::string_view payload) {
    append_frame_with(out, [&](std::string& to) { to += payload; });
}

/// Cuts a stream of bytes into frames, however the network has cut it.
///
/// Whole frames are handed out straight from the bytes received; only a frame that is still incomplete is copied, as it
/// arrives, so that a peer makes us hold no more than it has sent. A length over the limit is reported before any of
/// its frame is held, and ends the stream.
class frame_decoder {
public:
    explicit frame_decoder(std::size_t limit) : limit_(limit) {}

    /// Frames that are longer from now on are refused.
    void set_limit(std::size_t limit) noexcept { limit_ = limit; }
    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

    /// Calls `on_frame(std::string_view)` for every frame that is complete, until it returns false: then the rest waits
    /// for the next call, which may bring no bytes of its own. Empty frames are ignored.
    template <class OnFrame>
    void feed(std::string_view bytes, OnFrame&& on_frame) {
        if (oversized_) {
            return;
        }
        if (held_.empty()) {
            held_ += consume(bytes, on_frame);
            return;
        }
        held_ += bytes;
        if (held_.size() < wanted_) {
            return;
        }
        auto const rest = consume(held_, on_frame);
        held_.erase(0, held_.size() - rest.size());
        if (held_.empty() && held_.capacity() > keep_bytes) {
            held_ = {};
        }
    }

    /// The length that was over the limit, and its four bytes as they came.
    [[nodiscard]] std::optional<std::uint32_t> oversized() const noexcept { return oversized_; }
    [[nodiscard]] std::string_view oversized_header() const noexcept { return {header_.data(), header_.size()}; }

    [[nodiscard]] std::size_t held_bytes() const noexcept { return held_.size(); }

private:
    static constexpr std::size_t keep_bytes = 64 * 1024;

    // Returns what is left after the last frame handed out.
    template <class OnFrame>
    std::string_view consume(std::string_view bytes, OnFrame& on_frame) {
        for (;;) {
            if (bytes.size() < frame_header_bytes) {
                wanted_ = frame_header_bytes;
                return bytes;
            }
            auto const length = load_frame_length(bytes.data());
            if (length > limit_) {
                oversized_ = length;
                bytes.copy(header_.data(), header_.size());
                return {};
            }
            wanted_ = frame_header_bytes + length;
            if (bytes.size() < wanted_) {
                return bytes;
            }
            auto const frame = bytes.substr(frame_header_bytes, length);
            bytes.remove_prefix(wanted_);
            if (length != 0 && !on_frame(frame)) {
                wanted_ = 0;
                return bytes;
            }
        }
    }

    std::size_t limit_;
    std::string held_;
    std::size_t wanted_ = frame_header_bytes; // Bytes that complete the held frame, or its header.
    std::optional<std::uint32_t> oversized_;
    std::array<char, frame_header_bytes> header_{};
};

} // namespace mkdb::protocol
