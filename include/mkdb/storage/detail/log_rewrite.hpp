#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/log/log_writer.hpp>
#include <mkdb/log/segment_rewrite.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/storage/detail/tombstone_bytes.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

namespace mkdb::storage::detail {

/// Of a tombstone whose size nobody has seen: an id of some twenty bytes.
inline constexpr std::uint64_t usual_tombstone_bytes = 56;

/// Every segment of a log, oldest content first. Pure.
[[nodiscard]] inline std::vector<segment_statistics> describe_segments(log::manifest_state const& list,
                                                                       log::segment_limits const& limits) {
    constexpr auto fixed = sizeof(log::segment_header) + sizeof(log::batch_header) + sizeof(log::segment_footer);
    // A large record stays alone, however small the segment is that it has.
    auto const small =
        std::min(limits.threshold / 16, limits.large_record != 0 ? limits.large_record : limits.threshold);
    std::vector<segment_statistics> all;
    for (auto const& [number, entry] : list.segments()) {
        all.push_back({.segment = number,
                       .bytes = entry.length + sizeof(log::segment_footer),
                       .fixed_bytes = fixed,
                       .tombstone_bytes = entry.counts.tombstones * usual_tombstone_bytes,
                       .first_sequence = entry.counts.first_sequence,
                       .last_sequence = entry.counts.last_sequence,
                       .sealed = entry.sealed,
                       .small = entry.sealed && entry.length < small,
                       .damaged = (entry.flags & log::sealed_with_damage) != 0});
    }
    std::ranges::stable_sort(all, {}, &segment_statistics::first_sequence);
    return all;
}

/// The entries of the victims, in their order. Errors: `invalid_argument`. Pure.
[[nodiscard]] inline result<std::vector<log::segment_entry>> find_victims(log::manifest_state const& list,
                                                                          std::span<std::uint32_t const> victims) {
    std::vector<log::segment_entry> entries;
    for (auto const number : victims) {
        auto const found = list.segments().find(number);
        if (found == list.segments().end() || !found->second.sealed ||
            (found->second.flags & log::sealed_with_damage) != 0) {
            return fail(errc::invalid_argument, "segment " + std::to_string(number) + " cannot be compacted");
        }
        entries.push_back(found->second);
    }
    return entries;
}

/// What a rewrite keeps up to date of its backend's statistics.
struct rewrite_counters {
    std::atomic<std::uint64_t>* segments;
    std::atomic<std::uint64_t>* bytes;
    std::atomic<std::uint64_t>* bytes_rewritten;
    tombstone_bytes* tombstones;
};

/// See `segment_rewrite`: that of a rolling log.
template <class Files, class Random, class Guard>
class log_rewrite {
public:
    log_rewrite(log::rewrite_parts<Files, Random> parts, rewrite_counters counters, Guard& guard,
                std::vector<log::segment_entry> victims)
        : work_(std::make_unique<log::segment_rewrite<Files, Random>>(std::move(parts), std::move(victims))),
          counters_(counters), guard_(&guard) {}
    log_rewrite(log_rewrite&&) noexcept = default;
    log_rewrite& operator=(log_rewrite&& other) noexcept {
        std::swap(work_, other.work_);
        std::swap(counters_, other.counters_);
        std::swap(guard_, other.guard_);
        std::swap(settled_, other.settled_);
        return *this;
    }
    ~log_rewrite() {
        if (work_ && !settled_) {
            // What cannot be removed now is moved aside when the log is opened next.
            if_memory_allows([this] { static_cast<void>(work_->abandon()); });
        }
    }

    template <class Keep>
    [[nodiscard]] result<std::uint64_t> step(Keep&& keep) {
        return work_->step([&](log::record const& one, log::record_extent const& at) {
            return keep(log_record{static_cast<record_kind>(one.kind), one.sequence, one.created, one.key, one.value},
                        to_location(at));
        });
    }

    [[nodiscard]] std::optional<std::uint32_t> unreadable() const { return work_->unreadable(); }

    [[nodiscard]] std::vector<relocation> moved() const {
        std::vector<relocation> all;
        all.reserve(work_->moved().size());
        for (auto const& each : work_->moved()) {
            all.push_back({to_location(each.from), to_location(each.to)});
        }
        return all;
    }

    [[nodiscard]] rewrite_counts counts() const {
        return {.segments_in = work_->victims().size(),
                .segments_out = work_->outputs().size(),
                .bytes_in = bytes_of(work_->victims()),
                .bytes_out = bytes_of(work_->outputs()),
                .records_copied = work_->moved().size(),
                .tombstones_dropped = work_->tombstones_dropped()};
    }

    /// `std::bad_alloc` leaves all as it was.
    [[nodiscard]] result<> commit() { return settle(work_->commit()); }

    [[nodiscard]] result<> release() {
        counters_.segments->fetch_sub(work_->victims().size());
        counters_.bytes->fetch_sub(bytes_of(work_->victims()));
        std::vector<std::uint32_t> numbers;
        for (auto const& each : work_->victims()) {
            counters_.tombstones->forget(each.number);
            guard_->leave(each.number);
            numbers.push_back(each.number);
        }
        auto done = work_->release();
        if (auto removed = guard_->remove_parity(numbers); !removed && done) {
            done = removed;
        }
        return done;
    }

private:
    /// The copies count already: no memory to note that ends the process.
    [[nodiscard]] result<> settle(result<> done) noexcept {
        settled_ = done || done.error().code == errc::outcome_unknown;
        if (done) {
            for (auto const& [number, size] : work_->tombstone_bytes()) {
                counters_.tombstones->add(number, size);
            }
            counters_.segments->fetch_add(work_->outputs().size());
            counters_.bytes->fetch_add(bytes_of(work_->outputs()));
            counters_.bytes_rewritten->fetch_add(bytes_of(work_->outputs()));
            guard_->wake();
        }
        return done;
    }

    [[nodiscard]] static location to_location(log::record_extent const& at) noexcept {
        return {at.segment, at.offset, at.length};
    }

    [[nodiscard]] static std::uint64_t bytes_of(std::vector<log::segment_entry> const& segments) noexcept {
        std::uint64_t bytes = 0;
        for (auto const& each : segments) {
            bytes += each.length + sizeof(log::segment_footer);
        }
        return bytes;
    }

    std::unique_ptr<log::segment_rewrite<Files, Random>> work_;
    rewrite_counters counters_;
    Guard* guard_;
    bool settled_ = false;
};

} // namespace mkdb::storage::detail
