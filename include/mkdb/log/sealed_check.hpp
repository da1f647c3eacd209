#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/window.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace mkdb::log {

/// How long the file of a sealed segment is.
[[nodiscard]] inline std::uint64_t file_length(segment_entry const& entry) noexcept {
    return entry.length + sizeof(segment_footer);
}

/// Compares the file of a segment with what the manifest says of it, in bounded steps: length, digest and footer.
///
/// Thread safety: one thread at a time.
class sealed_check {
public:
    explicit sealed_check(segment_entry const& entry) : entry_(entry) {}

    [[nodiscard]] bool done() const noexcept { return broken_ || at_ == file_length(entry_); }
    [[nodiscard]] std::uint64_t position() const noexcept { return at_; }

    /// Reads the next mebibyte, or what is left, and returns it: valid until the next call. An error of the disk is
    /// damage, and ends the check.
    template <class File>
    std::span<std::byte const> step(File const& file) {
        auto const size = std::min(mebibyte, file_length(entry_) - at_);
        buffer_.resize(size);
        auto const got = file.read_at(at_, buffer_);
        broken_ = !got || *got != size;
        // The footer is no part of what its digest covers.
        auto const covered = entry_.length > at_ ? std::min(size, entry_.length - at_) : 0;
        auto const piece = std::span<std::byte const>(buffer_);
        digest_.add(piece.first(covered));
        footer_.insert(footer_.end(), piece.begin() + static_cast<std::ptrdiff_t>(covered), piece.end());
        at_ += size;
        return piece;
    }

    /// After all steps: whether every byte is as it was sealed.
    template <class File>
    [[nodiscard]] bool sound(File const& file) const {
        auto const size = file.size();
        auto const footer = entry_.to_footer();
        return !broken_ && size && *size == file_length(entry_) && digest_.value() == entry_.digest &&
               std::ranges::equal(footer_, std::as_bytes(std::span(&footer, 1)));
    }

private:
    segment_entry entry_;
    std::vector<std::byte> buffer_;
    std::vector<std::byte> footer_;
    digest_stream digest_;
    std::uint64_t at_ = 0;
    bool broken_ = false;
};

/// Whether the content before the footer is as it was sealed, whatever became of the footer.
template <class File>
[[nodiscard]] bool has_sealed_content(File const& file, segment_entry const& entry) {
    digest_stream digest;
    window<File> source(file, entry.length);
    for (std::uint64_t at = 0; at < entry.length;) {
        auto const bytes = source.bytes(at, std::min(mebibyte, entry.length - at));
        if (!bytes || bytes->empty()) {
            return false;
        }
        digest.add(*bytes);
        at += bytes->size();
    }
    return digest.value() == entry.digest;
}

/// Whether a file is, byte for byte, the segment that was sealed.
template <class File>
[[nodiscard]] bool is_as_sealed(File const& file, segment_entry const& entry) {
    sealed_check check(entry);
    while (!check.done()) {
        check.step(file);
    }
    return check.sound(file);
}

} // namespace mkdb::log
