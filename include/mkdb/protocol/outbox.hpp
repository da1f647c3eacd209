#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/protocol/frame.hpp>
#include <mkdb/protocol/message.hpp>
#include <mkdb/service/error_text.hpp>
#include <mkdb/service/request.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

/// Frames on their way to one client, gathered so that what is ready together is written together.
///
/// Not thread-safe: its session locks.
class outbox {
public:
    void message(std::string_view json) { append_frame(frames_, json); }
    void raw(std::string_view bytes) { frames_ += bytes; }
    void receipt(std::string_view id_json) {
        append_frame_with(frames_, [&](std::string& out) { append_receipt(out, id_json); });
    }

    /// The response, or the failure that says it is too large. Returns its size on the wire.
    std::size_t response(std::string_view id_json, service::answer& answered) {
        auto const start = frames_.size();
        auto const bytes =
            append_frame_with(frames_, [&](std::string& out) { append_response(out, id_json, answered); });
        if (bytes > limits::frame_bytes) {
            frames_.resize(start);
            answered = {service::response_too_large(bytes, limits::frame_bytes), {}};
            append_frame_with(frames_, [&](std::string& out) { append_response(out, id_json, answered); });
        }
        return frames_.size() - start;
    }

    void update(std::string_view store, service::update const& changed) {
        auto const start = frames_.size();
        append_frame_with(frames_, [&](std::string& out) { append_update(out, store, changed); });
        update_bytes_ += frames_.size() - start;
    }

    /// Bytes that wait or are being written, and how many of the waiting ones are updates.
    [[nodiscard]] std::size_t bytes() const noexcept { return frames_.size() + being_written_; }
    [[nodiscard]] std::size_t update_bytes() const noexcept { return update_bytes_ + updates_being_written_; }
    [[nodiscard]] bool empty() const noexcept { return frames_.empty(); }

    /// Exchanges what waits for `buffer`, which the last call filled and which is written by now.
    void take(std::string& buffer) {
        buffer.clear();
        if (buffer.capacity() > keep_bytes) {
            buffer = {};
        }
        buffer.swap(frames_);
        being_written_ = buffer.size();
        updates_being_written_ = std::exchange(update_bytes_, 0);
    }

    void clear() {
        frames_ = {};
        update_bytes_ = 0;
    }

private:
    static constexpr std::size_t keep_bytes = 256 * 1024;

    std::string frames_;
    std::size_t being_written_ = 0;
    std::size_t update_bytes_ = 0;
    std::size_t updates_being_written_ = 0;
};

} // namespace mkdb::protocol
