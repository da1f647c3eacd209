#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace mkdb::log {

/// Reads a file front to back in large pieces, and hands out views of any part.
template <class File>
class window {
public:
    /// Sees the file only up to `end`, or to its own end if that comes first.
    window(File const& file, std::uint64_t end) : file_(&file), end_(end) {}

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

private:
    static constexpr std::uint64_t piece = mebibyte;

    [[nodiscard]] result<> fill(std::uint64_t offset, std::uint64_t size) {
        auto const wanted = std::min(std::max(size, piece), end_ - std::min(offset, end_));
        if (buffer_.size() < wanted) {
            buffer_.resize(wanted);
        }
        start_ = offset;
        filled_ = 0;
        MKDB_TRY_ASSIGN(filled_, file_->read_at(offset, std::span(buffer_).first(wanted)));
        return {};
    }

    File const* file_;
    std::uint64_t end_;
    std::uint64_t start_ = 0;
    std::uint64_t filled_ = 0;
    std::vector<std::byte> buffer_;
};

} // namespace mkdb::log
