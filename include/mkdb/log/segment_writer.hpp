#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/segment.hpp>
#include <mkdb/log/segment_counts.hpp>

#include <memory>
#include <optional>

namespace mkdb::log {

/// What a new segment is told about itself.
struct segment_identity {
    uuid log_id{};
    uuid segment_id{};
    std::uint32_t number = 0;
    std::uint64_t first_sequence = 0;
};

/// Puts a footer where it belongs and ends the file behind it.
template <class File>
[[nodiscard]] result<> write_footer(File& file, segment_footer const& footer) {
    MKDB_TRY(file.write_at(footer.data_end, std::as_bytes(std::span(&footer, 1))));
    MKDB_TRY(file.resize(footer.data_end + sizeof footer));
    return file.sync();
}

/// The end of a segment that is being written. It does not own the segment, which readers share.
///
/// A failure of anything but `reserve` leaves the file's end unknown: the caller then writes no more (R12).
/// Thread safety: one thread at a time.
template <class File>
class segment_writer {
public:
    explicit segment_writer(segment<File>& target) : target_(&target) {}

    /// Writes and syncs the header.
    [[nodiscard]] result<> begin(segment_identity const& identity) {
        auto const header = sealed(segment_header{.log_id = identity.log_id,
                                                  .segment_id = identity.segment_id,
                                                  .number = identity.number,
                                                  .first_sequence = identity.first_sequence});
        auto const bytes = std::as_bytes(std::span(&header, 1));
        MKDB_TRY(target_->file().write_at(0, bytes));
        digest_.add(bytes);
        end_ = bytes.size();
        return sync();
    }

    [[nodiscard]] std::uint32_t number() const noexcept { return target_->number(); }
    [[nodiscard]] place const& where() const noexcept { return target_->where(); }
    [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
    [[nodiscard]] std::uint64_t durable_end() const noexcept { return durable_end_; }
    [[nodiscard]] segment_counts const& counts() const noexcept { return counts_; }

    /// Makes sure that `size` more bytes and a footer find room on the disk. Nothing is written: `no_space` is
    /// harmless.
    [[nodiscard]] result<> reserve(std::uint64_t size) {
        auto const needed = end_ + size + sizeof(segment_footer);
        if (needed <= reserved_) {
            return {};
        }
        auto const step = needed < 8 * mebibyte ? mebibyte : 8 * mebibyte;
        auto wanted = align_up(needed, step);
        auto kept = target_->file().preallocate(wanted);
        if (!kept && kept.error().code == errc::no_space) {
            wanted = needed; // The last of a full disk.
            kept = target_->file().preallocate(wanted);
        }
        reserved_ = kept ? wanted : reserved_;
        return kept;
    }

    /// Writes one encoded batch in one call.
    [[nodiscard]] result<> append(std::span<std::byte const> batch, std::uint64_t tombstones) {
        MKDB_TRY(target_->file().write_at(end_, batch));
        digest_.add(batch);
        end_ += batch.size();
        auto const header = load<batch_header>(batch.data());
        counts_.add_records(header.record_count, tombstones, header.first_sequence, header.last_sequence);
        ++counts_.batches;
        return {};
    }

    [[nodiscard]] result<> sync() {
        MKDB_TRY(target_->file().sync());
        durable_end_ = end_;
        target_->note_durable(end_);
        return {};
    }

    /// Ends the segment with its footer, gives back the space reserved behind it, and syncs.
    [[nodiscard]] result<segment_footer> seal() {
        auto const footer = sealed(segment_footer{.number = target_->number(),
                                                  .segment_id = target_->id(),
                                                  .data_end = end_,
                                                  .batch_count = counts_.batches,
                                                  .record_count = counts_.records,
                                                  .tombstone_count = counts_.tombstones,
                                                  .first_sequence = counts_.first_sequence,
                                                  .last_sequence = counts_.last_sequence,
                                                  .digest = digest_.value()});
        MKDB_TRY(write_footer(target_->file(), footer));
        durable_end_ = end_;
        return footer;
    }

private:
    segment<File>* target_;
    digest_stream digest_;
    segment_counts counts_;
    std::uint64_t end_ = 0;
    std::uint64_t durable_end_ = 0;
    std::uint64_t reserved_ = 0;
};

} // namespace mkdb::log
