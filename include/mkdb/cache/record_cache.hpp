#pragma once

#include <mkdb/cache/options.hpp>
#include <mkdb/clock/concept.hpp>
#include <mkdb/core/assert.hpp>
#include <mkdb/core/mixed_hash.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/eviction/concept.hpp>

#include <boost/container/small_vector.hpp>
#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace mkdb::cache {

/// A record's newest JSON text, shared with whoever is still sending it.
struct cached_record {
    std::shared_ptr<std::string const> text;
    std::uint64_t revision = 0;
};

/// A bounded memory of record texts by row number, over any eviction policy.
///
/// A reader that went to the log may come back with an older version than a writer put meanwhile: `put` keeps the
/// newer revision. It cannot know of versions that it does not hold, so a reader compares the revision of what it
/// gets with its directory's. Ages are measured on the monotonic clock.
///
/// Preconditions: the clock outlives the cache; `eviction.clean_type` is known to `Eviction` where it holds several.
/// Complexity: all but `clear` and `reconfigure` are amortized O(1); a hit is one probe and one copy of a shared
/// pointer, and allocates nothing.
/// Thread safety: safe from any thread; one mutex, held for the bookkeeping and never while texts are freed.
template <eviction::eviction_policy Eviction, clock::clock_source Clock>
class record_cache {
public:
    /// What an entry costs beside its text: its node in the table and the tracker, and the shared string's own block.
    static constexpr std::uint64_t entry_overhead_bytes = 128;

    record_cache(Clock const& clock, options settings)
        : clock_(&clock), settings_(std::move(settings)), tracker_(settings_.eviction) {}

    [[nodiscard]] std::optional<cached_record> get(std::uint32_t row) {
        auto const now = clock_->monotonic();
        departed gone;
        std::lock_guard const lock(mutex_);
        drop_expired(now, gone);
        auto const found = entries_.find(row);
        if (found == entries_.end()) {
            ++misses_;
            return std::nullopt;
        }
        ++hits_;
        if (settings_.update_on_access) {
            tracker_.on_hit(found->second.where, now);
        }
        return found->second.record;
    }

    /// Keeps `text` as the row's version, unless a newer one is held or there is no room that the policy would make.
    ///
    /// Preconditions: `text` is not null.
    void put(std::uint32_t row, std::shared_ptr<std::string const> text, std::uint64_t revision) {
        MKDB_ASSERT(text != nullptr);
        auto const now = clock_->monotonic();
        departed gone;
        std::lock_guard const lock(mutex_);
        if (settings_.max_entries == 0) {
            return;
        }
        drop_expired(now, gone);
        auto const found = entries_.find(row);
        if (found == entries_.end()) {
            add(row, {std::move(text), revision}, now, gone);
        } else if (found->second.record.revision <= revision) {
            replace(found, {std::move(text), revision}, now, gone);
        }
    }

    void erase(std::uint32_t row) {
        departed gone;
        std::lock_guard const lock(mutex_);
        if (auto const found = entries_.find(row); found != entries_.end()) {
            remove(found, gone);
        }
    }

    void clear() {
        table gone;
        std::lock_guard const lock(mutex_);
        tracker_ = tracker(settings_.eviction);
        entries_.swap(gone);
        bytes_ = 0;
    }

    /// Lets go of what has expired without waiting for the next `get` or `put`.
    void sweep() {
        auto const now = clock_->monotonic();
        departed gone;
        std::lock_guard const lock(mutex_);
        drop_expired(now, gone);
    }

    /// Takes other settings at once. Entries stay, as far as the new bounds allow, and keep the order in which they
    /// would have left; ages start again when the eviction settings change.
    void reconfigure(options settings) {
        auto const now = clock_->monotonic();
        departed gone;
        std::lock_guard const lock(mutex_);
        if (settings.eviction != settings_.eviction) {
            change_tracker(tracker(settings.eviction), tracker(settings.eviction), now);
        }
        settings_ = std::move(settings);
        shrink(gone);
    }

    [[nodiscard]] options settings() const {
        std::lock_guard const lock(mutex_);
        return settings_;
    }

    [[nodiscard]] statistics stats() const {
        std::lock_guard const lock(mutex_);
        return {.entries = entries_.size(),
                .estimated_bytes = bytes_,
                .hits = hits_,
                .misses = misses_,
                .evictions = evictions_,
                .max_size = settings_.max_entries};
    }

private:
    using tracker = typename Eviction::template tracker<std::uint32_t>;
    struct entry {
        cached_record record;
        eviction::slot where;
    };
    using table = tsl::robin_map<std::uint32_t, entry, mixed_hash<std::uint32_t>>;

    /// Texts on their way out; declared before the lock, so that they are freed after it.
    using departed = boost::container::small_vector<std::shared_ptr<std::string const>, 4>;

    [[nodiscard]] static std::uint64_t cost_of(cached_record const& record) noexcept {
        return record.text->size() + entry_overhead_bytes;
    }

    [[nodiscard]] bool fits(std::size_t more_entries, std::uint64_t more_bytes) const noexcept {
        return settings_.max_bytes == 0 ? entries_.size() + more_entries <= settings_.max_entries
                                        : bytes_ + more_bytes <= settings_.max_bytes;
    }

    void add(std::uint32_t row, cached_record record, clock::monotonic_time now, departed& gone) {
        auto const cost = cost_of(record);
        if (settings_.max_bytes != 0 && cost > settings_.max_bytes) {
            return;
        }
        while (!fits(1, cost)) {
            if (!evict_one(gone)) {
                return;
            }
        }
        auto const added = entries_.insert({row, entry{std::move(record), eviction::slot{}}}).first;
        try {
            added.value().where = tracker_.on_insert(row, now);
        } catch (...) {
            entries_.erase(added); // Only out of memory; what the tracker does not know must not stay.
            throw;
        }
        bytes_ += cost;
    }

    /// A write is a use. A row that outgrows what the others would leave it goes itself.
    void replace(typename table::iterator found, cached_record record, clock::monotonic_time now, departed& gone) {
        auto const row = found->first;
        auto& held = found.value();
        bytes_ += cost_of(record) - cost_of(held.record);
        part_with(held.record.text, gone);
        held.record = std::move(record);
        tracker_.on_hit(held.where, now);
        if (settings_.max_bytes != 0 && cost_of(held.record) > settings_.max_bytes) {
            remove(found, gone);
        }
        while (!fits(0, 0)) {
            if (!evict_one(gone)) {
                remove(entries_.find(row), gone);
            }
        }
    }

    [[nodiscard]] bool evict_one(departed& gone) {
        auto const row = tracker_.evict();
        if (row) {
            forget(*row, gone);
        }
        return row.has_value();
    }

    void drop_expired(clock::monotonic_time now, departed& gone) {
        while (auto const row = tracker_.expired(now)) {
            forget(*row, gone);
        }
    }

    /// For a row that the tracker has let go already.
    void forget(std::uint32_t row, departed& gone) {
        take_out(entries_.find(row), gone);
        ++evictions_;
    }

    void remove(typename table::iterator found, departed& gone) {
        tracker_.on_erase(found->second.where);
        take_out(found, gone);
    }

    /// Without memory to put it off, the text is freed here and now.
    static void part_with(std::shared_ptr<std::string const>& text, departed& gone) noexcept {
        auto leaving = std::move(text);
        if_memory_allows([&] { gone.push_back(std::move(leaving)); });
    }

    void take_out(typename table::iterator found, departed& gone) {
        MKDB_ASSERT(found != entries_.end());
        bytes_ -= cost_of(found->second.record);
        part_with(found.value().record.text, gone);
        entries_.erase(found);
    }

    /// The bounds hold even where the policy lets nothing go.
    void shrink(departed& gone) {
        while (!entries_.empty() && (settings_.max_entries == 0 || !fits(0, 0))) {
            if (!evict_one(gone)) {
                remove(entries_.begin(), gone);
                ++evictions_;
            }
        }
    }

    /// Nothing is kept when there is no memory for moving it.
    void change_tracker(tracker wanted, tracker empty, clock::monotonic_time now) {
        auto former = std::exchange(tracker_, std::move(wanted));
        if (!if_memory_allows([&] { move_entries(former, now); })) {
            tracker_ = std::move(empty);
            entries_.clear();
            bytes_ = 0;
        }
    }

    void move_entries(tracker& former, clock::monotonic_time now) {
        table kept;
        auto const keep = [&](typename table::iterator from) {
            auto const row = from->first;
            kept.insert({row, entry{std::move(from.value().record), tracker_.on_insert(row, now)}});
            entries_.erase(from);
        };
        while (auto const row = former.evict()) {
            keep(entries_.find(*row));
        }
        while (!entries_.empty()) {
            keep(entries_.begin());
        }
        entries_.swap(kept);
    }

    Clock const* clock_;
    mutable std::mutex mutex_;
    options settings_;
    tracker tracker_;
    table entries_;
    std::uint64_t bytes_ = 0;
    std::uint64_t hits_ = 0;
    std::uint64_t misses_ = 0;
    std::uint64_t evictions_ = 0;
};

} // namespace mkdb::cache
