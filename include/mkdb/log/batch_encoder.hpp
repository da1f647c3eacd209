#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/batch_format.hpp>

#include <algorithm>
#include <vector>

namespace mkdb::log {

/// Builds one batch after another as contiguous bytes, in a buffer that it keeps.
class batch_encoder {
public:
    /// Begins the batch that will lie at `offset`, with records of `body_length` bytes together.
    void begin(place const& where, std::uint64_t offset, std::uint64_t body_length) {
        MKDB_ASSERT(body_length <= largest_batch && offset % alignment == 0);
        header_ = {};
        header_.body_length = body_length;
        where_ = where;
        offset_ = offset;
        used_ = sizeof header_;
        auto const needed = used_ + body_length;
        if (buffer_.size() < needed || (buffer_.size() > kept_bytes && needed <= kept_bytes)) {
            buffer_ = std::vector<std::byte>(std::max<std::uint64_t>(needed, 4 * kibibyte));
        }
    }

    struct extent {
        std::uint64_t offset = 0; ///< In the file.
        std::uint32_t length = 0;
    };

    extent add(record const& next) noexcept {
        extent const added{offset_ + used_, encode_record(buffer_.data() + used_, next, where_, offset_ + used_)};
        used_ += added.length;
        bool const first = header_.record_count++ == 0;
        header_.first_sequence = first ? next.sequence : std::min(header_.first_sequence, next.sequence);
        header_.last_sequence = std::max(header_.last_sequence, next.sequence);
        return added;
    }

    /// The finished batch; valid until the next `begin`.
    [[nodiscard]] std::span<std::byte const> finish(std::uint32_t durable_segment, std::uint32_t durable_offset,
                                                    std::uint32_t flags = 0) noexcept {
        MKDB_ASSERT(used_ == sizeof header_ + header_.body_length);
        header_.durable_segment = durable_segment;
        header_.durable_offset = durable_offset;
        header_.flags = flags;
        std::span<std::byte const> const whole{buffer_.data(), used_};
        header_.body_digest = body_digest(whole.subspan(sizeof header_), where_, offset_);
        header_.header_crc = header_checksum(header_, where_, offset_);
        store_at(buffer_.data(), header_);
        return whole;
    }

    [[nodiscard]] batch_header const& header() const noexcept { return header_; }

private:
    /// What a large batch needed is given back with the next ordinary one.
    static constexpr std::uint64_t kept_bytes = 16 * mebibyte;

    std::vector<std::byte> buffer_;
    batch_header header_;
    place where_{uuid{}};
    std::uint64_t offset_ = 0;
    std::uint64_t used_ = 0;
};

} // namespace mkdb::log
