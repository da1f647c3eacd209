#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <span>

namespace mkdb::log {

/// A file that is read although the disk withholds some of its pages: those are zeros, which no checksum takes for what
/// was written. For what is known to have been there, so that what is missing is damage. A disk that withholds many is
/// not rot but a disk that fails, and its error counts.
///
/// Thread safety: one thread at a time.
template <class File>
class lenient_file {
public:
    static constexpr std::uint64_t page = 4 * kibibyte; ///< Nothing smaller is read from a disk.
    static constexpr std::size_t most_withheld = 64;    ///< Each may take seconds.

    explicit lenient_file(File const& file) : file_(&file) {}

    /// As `read_at` of the file. Errors: those of the file; `io` only when more than `most_withheld` pages are
    /// withheld. Complexity: one call; when that fails, one more for each page.
    [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
        auto const got = file_->read_at(offset, into);
        if (got || got.error().code != errc::io) {
            return got;
        }
        first_error_ = first_error_ ? first_error_ : got.error();
        MKDB_TRY_ASSIGN(auto const size, file_->size());
        auto const there = into.first(std::min<std::uint64_t>(into.size(), size - std::min(offset, size)));
        for (std::uint64_t done = 0; done < there.size();) {
            auto const length = std::min(page - (offset + done) % page, there.size() - done);
            MKDB_TRY(read_in_page(offset + done, there.subspan(done, length)));
            done += length;
        }
        return there.size();
    }

    [[nodiscard]] std::size_t pages_withheld() const noexcept { return withheld_.size(); }
    /// What the disk said first, if it withheld anything.
    [[nodiscard]] std::optional<error> const& first_error() const noexcept { return first_error_; }

private:
    /// `into` lies in one page.
    [[nodiscard]] result<> read_in_page(std::uint64_t offset, std::span<std::byte> into) const {
        auto const number = offset / page;
        if (!withheld_.contains(number)) {
            auto const got = file_->read_at(offset, into);
            if (got && *got == into.size()) {
                return {};
            }
            if (!got && (got.error().code != errc::io || withheld_.size() == most_withheld)) {
                return got.error();
            }
            withheld_.insert(number);
        }
        std::ranges::fill(into, std::byte{0});
        return {};
    }

    File const* file_;
    mutable std::set<std::uint64_t> withheld_; ///< Numbers of pages, which are not asked for again.
    mutable std::optional<error> first_error_;
};

} // namespace mkdb::log
