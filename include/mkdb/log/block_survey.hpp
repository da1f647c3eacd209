#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/parity_format.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace mkdb::log {

/// Blocks of equal size, but for the last, that lie one after another in a file.
struct block_run {
    std::uint64_t offset = 0; ///< Of the first.
    std::uint64_t length = 0; ///< Of all.
    std::uint64_t block_bytes = 0;

    [[nodiscard]] std::uint64_t count() const noexcept { return (length + block_bytes - 1) / block_bytes; }
    [[nodiscard]] std::uint64_t size_of(std::uint64_t block) const noexcept {
        return std::min(block_bytes, length - block * block_bytes);
    }
};

/// Reads one block and tells whether it is there and right. An error of the disk is a block that is lost.
template <class File>
[[nodiscard]] bool read_block(File const& file, std::span<std::byte> into, std::uint64_t offset, place const& where,
                              block_checksum expected) {
    auto const got = file.read_at(offset, into);
    return got && *got == into.size() && checksum_of(into, where, offset) == expected;
}

/// Compares the blocks of a file with their checksums, in bounded steps, and finds those that are lost.
///
/// Thread safety: one thread at a time.
template <class File>
class block_survey {
public:
    /// A null file has lost all of its blocks. What is pointed to outlives the survey.
    block_survey(File const* file, block_run const& run, place const& where, std::span<block_checksum const> sums)
        : file_(file), run_(run), where_(where), sums_(sums),
          buffer_(std::min(run.count(), piece_blocks()) * run.block_bytes) {}

    [[nodiscard]] bool done() const noexcept { return next_ == run_.count(); }

    /// Goes through about a mebibyte. Returns how much it was.
    std::uint64_t step() {
        auto const first = next_;
        auto const count = std::min(piece_blocks(), run_.count() - first);
        auto const begin = first * run_.block_bytes;
        auto const size = std::min(count * run_.block_bytes, run_.length - begin);
        auto const piece = std::span(buffer_).first(size);
        auto const got = file_ == nullptr ? result<std::size_t>(0) : file_->read_at(run_.offset + begin, piece);
        bool const whole = got && *got == size;
        for (std::uint64_t i = 0; i < count; ++i) {
            auto const bytes = piece.subspan(i * run_.block_bytes, run_.size_of(first + i));
            if (!check(first + i, bytes, whole)) {
                lost_.push_back(first + i);
            }
        }
        digest_.add(piece);
        next_ += count;
        return size;
    }

    /// Numbers of the blocks that are not as they should be, ascending.
    [[nodiscard]] std::vector<std::uint64_t> const& lost() const noexcept { return lost_; }
    /// Of all bytes: meaningful when nothing is lost.
    [[nodiscard]] segment_digest digest() const noexcept { return digest_.value(); }

private:
    [[nodiscard]] std::uint64_t piece_blocks() const noexcept {
        return std::max<std::uint64_t>(1, mebibyte / run_.block_bytes);
    }

    /// Where the whole piece could not be read, its blocks may be read one by one.
    [[nodiscard]] bool check(std::uint64_t block, std::span<std::byte> bytes, bool read) const {
        auto const offset = run_.offset + block * run_.block_bytes;
        if (read) {
            return checksum_of(bytes, where_, offset) == sums_[block];
        }
        return file_ != nullptr && read_block(*file_, bytes, offset, where_, sums_[block]);
    }

    File const* file_;
    block_run run_;
    place where_;
    std::span<block_checksum const> sums_;
    std::vector<std::byte> buffer_;
    digest_stream digest_;
    std::uint64_t next_ = 0;
    std::vector<std::uint64_t> lost_;
};

} // namespace mkdb::log
