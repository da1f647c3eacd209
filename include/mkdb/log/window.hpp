#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/huge_pages.hpp>
#include <mkdb/core/result.hpp>

#include <algorithm>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::log {

/// The memory of a window, which the next can take over: to have it from the system anew costs time for every page.
using window_buffer = std::pmr::vector<std::byte>;

/// Reads a file front to back in large pieces, each byte once, and hands out views of any part.
template <class File>
class window {
public:
    /// Sees the file only up to `end`, or to its own end if that comes first.
    window(File const& file, std::uint64_t end, window_buffer buffer = window_buffer(huge_pages()))
        : file_(&file), end_(end), buffer_(std::move(buffer)) {}

    /// Up to `size` bytes at `offset`; fewer where the file ends. Valid until the next call.
    [[nodiscard]] result<std::span<std::byte const>> bytes(std::uint64_t offset, std::uint64_t size) {
        size = offset < end_ ? std::min(size, end_ - offset) : 0;
        if (offset < start_ || offset + size > start_ + filled_) {
            MKDB_TRY(fill(offset, size));
        }
        auto const skipped = offset - start_;
        auto const available = filled_ > skipped ? filled_ - skipped : 0;
        return std::span<std::byte const>(buffer_).subspan(std::min(skipped, filled_), std::min(size, available));
    }

    [[nodiscard]] window_buffer take_buffer() && noexcept { return std::move(buffer_); }

private:
    static constexpr std::uint64_t piece = 256 * kibibyte;

    /// Reads what is missing of the bytes asked for, and a piece at least.
    [[nodiscard]] result<> fill(std::uint64_t offset, std::uint64_t size) {
        make_room(offset, size);
        auto const reached = start_ + filled_;
        auto const missing = std::max(offset + size - reached, piece);
        auto const wanted = std::min({missing, buffer_.size() - filled_, end_ - std::min(reached, end_)});
        MKDB_TRY_ASSIGN(auto const got, file_->read_at(reached, std::span(buffer_).subspan(filled_, wanted)));
        filled_ += got;
        return {};
    }

    /// Afterwards the buffer can take all of the bytes asked for; what it has of them it keeps.
    void make_room(std::uint64_t offset, std::uint64_t size) {
        bool const overlaps = start_ <= offset && offset < start_ + filled_;
        if (overlaps && offset - start_ + size <= buffer_.size()) {
            return;
        }
        auto const kept = overlaps ? start_ + filled_ - offset : 0;
        auto const from = buffer_.begin() + static_cast<std::ptrdiff_t>(filled_ - kept);
        auto const left = end_ - std::min(offset, end_);
        if (buffer_.size() < std::min(std::max(size, piece), left)) {
            // A header is asked for before what it heads: with a piece to spare, both lie in the buffer as in the file.
            auto const room = size > piece ? size + piece : piece;
            window_buffer larger(std::min(room, left), huge_pages());
            std::copy_n(from, kept, larger.begin());
            buffer_ = std::move(larger);
        } else {
            std::copy_n(from, kept, buffer_.begin());
        }
        start_ = offset;
        filled_ = kept;
    }

    File const* file_;
    std::uint64_t end_;
    std::uint64_t start_ = 0;
    std::uint64_t filled_ = 0;
    window_buffer buffer_;
};

} // namespace mkdb::log
