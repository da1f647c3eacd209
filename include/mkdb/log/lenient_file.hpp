#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace mkdb::log {

/// A file that is read although the disk cannot give all of it: pages that it cannot give are zeros, which no checksum
/// takes for what was written. For what is known to have been there, so that what is missing is damage.
///
/// Thread safety: any thread.
template <class File>
class lenient_file {
public:
    explicit lenient_file(File const& file) : file_(&file) {}

    /// As `read_at` of the file. Complexity: one call, or one for each page when that fails.
    [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
        auto const got = file_->read_at(offset, into);
        if (got || got.error().code != errc::io) {
            return got;
        }
        MKDB_TRY_ASSIGN(auto const size, file_->size());
        auto const there = into.first(std::min<std::uint64_t>(into.size(), size - std::min(offset, size)));
        for (std::uint64_t done = 0; done < there.size();) {
            // Nothing smaller is read from a disk.
            auto const length = std::min(page - (offset + done) % page, there.size() - done);
            auto const part = there.subspan(done, length);
            if (auto const read = file_->read_at(offset + done, part); !read || *read < length) {
                std::ranges::fill(part, std::byte{0});
            }
            done += length;
        }
        return there.size();
    }

private:
    static constexpr std::uint64_t page = 4 * kibibyte;

    File const* file_;
};

} // namespace mkdb::log
