#pragma once

#include <mkdb/log/manifest_format.hpp>
#include <mkdb/log/segment_counts.hpp>

#include <map>
#include <string>

namespace mkdb::log {

/// A live segment as the manifest knows it.
struct segment_entry {
    std::uint32_t number = 0;
    uuid id{};
    bool sealed = false;
    std::uint64_t length = 0;
    segment_counts counts;
    segment_digest digest{};
    std::uint32_t flags = 0;

    [[nodiscard]] manifest_entry to_entry(entry_kind kind) const noexcept {
        return {.kind = kind,
                .number = number,
                .segment_id = id,
                .length = length,
                .batch_count = counts.batches,
                .record_count = counts.records,
                .tombstone_count = counts.tombstones,
                .first_sequence = counts.first_sequence,
                .last_sequence = counts.last_sequence,
                .digest = digest,
                .flags = flags};
    }

    [[nodiscard]] segment_footer to_footer() const noexcept {
        return log::sealed(segment_footer{.number = number,
                                          .flags = flags,
                                          .segment_id = id,
                                          .data_end = length,
                                          .batch_count = counts.batches,
                                          .record_count = counts.records,
                                          .tombstone_count = counts.tombstones,
                                          .first_sequence = counts.first_sequence,
                                          .last_sequence = counts.last_sequence,
                                          .digest = digest});
    }

    [[nodiscard]] static segment_entry from(manifest_entry const& entry) noexcept {
        return {.number = entry.number,
                .id = entry.segment_id,
                .sealed = entry.kind == entry_kind::seal_segment,
                .length = entry.length,
                .counts = {entry.batch_count, entry.record_count, entry.tombstone_count, entry.first_sequence,
                           entry.last_sequence},
                .digest = entry.digest,
                .flags = entry.flags};
    }
};

/// The segments that make up a log, after any number of edits. Pure.
class manifest_state {
public:
    /// False when the entry makes no sense after what came before it: the manifest was written wrongly.
    [[nodiscard]] bool apply(manifest_entry const& entry) {
        auto const found = segments_.find(entry.number);
        bool const known = found != segments_.end() && found->second.id == entry.segment_id;
        next_number_ = std::max(next_number_, entry.number + 1);
        last_sequence_ = std::max(last_sequence_, entry.last_sequence);
        switch (entry.kind) {
        case entry_kind::add_segment: return segments_.emplace(entry.number, segment_entry::from(entry)).second;
        case entry_kind::seal_segment:
            segments_[entry.number] = segment_entry::from(entry);
            return known || found == segments_.end();
        case entry_kind::spend: return true;
        case entry_kind::remove_segment: return known && segments_.erase(entry.number) == 1;
        }
        return false;
    }

    /// By number, which is also the order in which they were begun.
    [[nodiscard]] std::map<std::uint32_t, segment_entry> const& segments() const noexcept { return segments_; }

    [[nodiscard]] std::uint32_t next_number() const noexcept { return next_number_; }

    /// No sequence up to here may be given to a new version.
    [[nodiscard]] std::uint64_t last_sequence() const noexcept { return last_sequence_; }

    /// Entries that lead from nothing to this state.
    [[nodiscard]] std::vector<manifest_entry> snapshot() const {
        std::vector<manifest_entry> entries;
        for (auto const& [number, segment] : segments_) {
            entries.push_back(segment.to_entry(segment.sealed ? entry_kind::seal_segment : entry_kind::add_segment));
        }
        entries.push_back({.kind = entry_kind::spend, .number = next_number_ - 1, .last_sequence = last_sequence_});
        return entries;
    }

private:
    std::map<std::uint32_t, segment_entry> segments_;
    std::uint32_t next_number_ = 1;
    std::uint64_t last_sequence_ = 0;
};

} // namespace mkdb::log
