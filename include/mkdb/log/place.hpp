#pragma once

#include <mkdb/core/checksum.hpp>
#include <mkdb/log/uuid.hpp>

#include <cstdint>
#include <span>

namespace mkdb::log {

/// Where bytes belong: the file's uuid and the offset go into every checksum, so that a block that is whole but lies
/// in the wrong place, or is an older copy from another file, does not pass (R3).
class place {
public:
    explicit place(uuid const& file) noexcept : file_(crc32c(file)) {}

    /// What a checksum of bytes at `offset` begins with.
    [[nodiscard]] std::uint32_t seed(std::uint64_t offset) const noexcept {
        return crc32c(std::as_bytes(std::span(&offset, 1)), file_);
    }

private:
    std::uint32_t file_;
};

} // namespace mkdb::log
