#pragma once

#include <mkdb/log/batch_encoder.hpp>
#include <mkdb/log/batch_reader.hpp>
#include <mkdb/log/new_segment.hpp>
#include <mkdb/log/shared_manifest.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace mkdb::log {

/// Where a record lies.
struct record_extent {
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

/// The fresh segments that a compaction fills: one after another, each sealed and read back before the next. Until the
/// manifest names them they count for nothing.
///
/// Thread safety: one thread at a time.
template <class Files, class Random>
class rewrite_output {
public:
    using file = typename Files::file;

    rewrite_output(Files& files, Random& random, std::filesystem::path directory, shared_manifest<Files>& list,
                   std::uint64_t threshold, std::uint64_t first_sequence)
        : files_(&files), random_(&random), directory_(std::move(directory)), list_(&list), threshold_(threshold),
          first_sequence_(first_sequence) {}

    /// Takes one record, as its bytes in the old place; `placed(extent)` will be called with its new one, in order.
    /// Errors: `no_space`, `limit_exceeded`, `io`, `corrupt_file`: the output is to be removed.
    template <class Placed>
    [[nodiscard]] result<> add(std::span<std::byte const> encoded, Placed&& placed) {
        if (held_.size() + encoded.size() > 2 * batch_bytes) {
            MKDB_TRY(write_held(placed));
        }
        held_.insert(held_.end(), encoded.begin(), encoded.end());
        ++held_count_;
        return held_.size() < batch_bytes ? result<>() : write_held(placed);
    }

    /// Writes what is held and ends the last segment.
    template <class Placed>
    [[nodiscard]] result<> finish(Placed&& placed) {
        MKDB_TRY(write_held(placed));
        return end_segment();
    }

    /// Removes the files again. Errors: `io`; what is left is moved aside when the log is opened next.
    [[nodiscard]] result<> remove() {
        writer_.reset();
        auto const made = std::exchange(made_, {});
        for (auto const& each : made) {
            MKDB_TRY(files_->remove(directory_ / names::segment(each->number())));
        }
        return made.empty() ? result<>() : files_->sync_directory(directory_);
    }

    [[nodiscard]] std::vector<segment_entry> const& entries() const noexcept { return entries_; }
    [[nodiscard]] std::vector<std::unique_ptr<segment<file>>> take_segments() noexcept {
        return std::exchange(made_, {});
    }

private:
    /// Small enough that damage to one batch header costs little, large enough that headers cost nothing.
    static constexpr std::uint64_t batch_bytes = 256 * kibibyte;
    /// The sync that seals a segment has no more than this to wait for.
    static constexpr std::uint64_t sync_bytes = 8 * mebibyte;

    template <class Placed>
    [[nodiscard]] result<> write_held(Placed&& placed) {
        if (held_count_ == 0) {
            return {};
        }
        auto const size = sizeof(batch_header) + held_.size();
        if (writer_ && writer_->counts().batches > 0 && writer_->end() + size + sizeof(segment_footer) > threshold_) {
            MKDB_TRY(end_segment());
        }
        if (!writer_) {
            MKDB_TRY(begin_segment());
        }
        MKDB_TRY(writer_->reserve(size));
        std::uint64_t tombstones = 0;
        encoder_.begin(writer_->where(), writer_->end(), held_.size());
        bool const sound = visit_records(held_, 0, held_count_, [&](record const& one, std::uint64_t, std::uint32_t) {
            tombstones += one.kind == tombstone_kind ? 1 : 0;
            auto const at = encoder_.add(one);
            placed(record_extent{writer_->number(), static_cast<std::uint32_t>(at.offset), at.length});
        });
        MKDB_ASSERT(sound);
        held_.clear();
        held_count_ = 0;
        MKDB_TRY(writer_->append(
            encoder_.finish(writer_->number(), static_cast<std::uint32_t>(writer_->durable_end()), batch_carried),
            tombstones));
        return writer_->end() - writer_->durable_end() < sync_bytes ? result<>() : writer_->sync();
    }

    [[nodiscard]] result<> begin_segment() {
        MKDB_TRY_ASSIGN(auto const id, make_uuid(*random_));
        MKDB_TRY_ASSIGN(auto const number, list_->take_number(numbers_for_recovery));
        segment_identity const identity{list_->log_id(), id, number, first_sequence_};
        auto made = make_segment(*files_, directory_, identity);
        if (!made) {
            list_->give_back(identity.number);
            return made.error();
        }
        made_.push_back(std::move(*made));
        writer_.emplace(*made_.back());
        MKDB_TRY(writer_->reserve(sizeof(segment_header)));
        return writer_->begin(identity);
    }

    [[nodiscard]] result<> end_segment() {
        if (writer_) {
            MKDB_TRY_ASSIGN(auto const footer, writer_->seal());
            writer_.reset();
            MKDB_TRY(verify(*made_.back(), footer.data_end));
            entries_.push_back(sealed_entry(footer));
        }
        return {};
    }

    Files* files_;
    Random* random_;
    std::filesystem::path directory_;
    shared_manifest<Files>* list_;
    std::uint64_t threshold_;
    std::uint64_t first_sequence_;
    std::vector<std::unique_ptr<segment<file>>> made_;
    std::vector<segment_entry> entries_;
    std::optional<segment_writer<file>> writer_;
    batch_encoder encoder_;
    std::vector<std::byte> held_; ///< Records as they lay in their old place, until they make a batch.
    std::uint32_t held_count_ = 0;
};

} // namespace mkdb::log
