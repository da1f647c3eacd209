#pragma once

#include <mkdb/storage/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace mkdb::engine {

/// A segment, and how much of it newest versions take.
struct segment_usage {
    storage::segment_statistics segment;
    std::uint64_t live_bytes = 0;
    bool set_aside = false; ///< A rewrite found it damaged.
};

struct victim_options {
    double dead_ratio = 0.3; ///< From this part of its bytes on a segment is worth a rewrite.
    std::uint64_t run_bytes = std::uint64_t{256} << 20; ///< All victims together, unless one alone is larger.
    std::uint64_t room = std::numeric_limits<std::uint64_t>::max(); ///< What may be written before anything is freed.
};

/// So many small segments become one.
inline constexpr std::size_t joined_segments = 8;

namespace detail {

struct victim_candidate {
    std::uint32_t segment = 0;
    std::uint64_t bytes = 0;
    std::uint64_t kept = 0; ///< What would be written again.
    std::size_t order = 0;  ///< By first sequence.
    double score = 0;
    bool needs_older = false; ///< Not dead enough unless its tombstones go, and they go only with all that is older.
};

[[nodiscard]] inline bool may_be_rewritten(segment_usage const& usage) noexcept {
    return usage.segment.sealed && !usage.segment.damaged && !usage.set_aside;
}

/// What a rewrite would win. What every segment has is not won, or a small one would be rewritten for ever.
[[nodiscard]] inline std::uint64_t dead_bytes(segment_usage const& usage, bool tombstones_go) noexcept {
    auto const& segment = usage.segment;
    auto const kept = segment.fixed_bytes + usage.live_bytes + (tombstones_go ? 0 : segment.tombstone_bytes);
    return segment.bytes > kept ? segment.bytes - kept : 0;
}

/// The sequences of a log, by which segments are older or younger.
struct sequence_span {
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t last = 0;
};

[[nodiscard]] inline sequence_span span_of(std::span<segment_usage const> all) noexcept {
    sequence_span span;
    for (auto const& each : all) {
        span.first = std::min(span.first, each.segment.first_sequence);
        span.last = std::max(span.last, each.segment.last_sequence);
    }
    return span;
}

/// Benefit by cost, and up to twice that for what has not changed for long: hot segments lose more of what they hold
/// anyway.
[[nodiscard]] inline double victim_score(segment_usage const& usage, std::uint64_t dead, sequence_span span) noexcept {
    auto const cost = static_cast<double>(usage.segment.bytes + (usage.segment.bytes - dead));
    auto const age = static_cast<double>(span.last - usage.segment.last_sequence);
    return static_cast<double>(dead) / cost * (1 + age / static_cast<double>(span.last - span.first + 1));
}

/// Those that are dead enough. The tombstones of the oldest segments go if nothing older is outside: they are counted
/// as dead for as long as every segment so far is among the victims and the next one begins after them.
[[nodiscard]] inline std::vector<victim_candidate> dead_segments(std::span<segment_usage const> all,
                                                                 double dead_ratio) {
    std::vector<victim_candidate> found;
    auto const span = span_of(all);
    std::uint64_t last_sequence = 0;
    bool oldest = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& segment = all[i].segment;
        last_sequence = std::max(last_sequence, segment.last_sequence);
        bool const alone = i + 1 == all.size() || all[i + 1].segment.first_sequence > last_sequence;
        auto const enough = std::max(1.0, dead_ratio * static_cast<double>(segment.bytes));
        auto const dead = dead_bytes(all[i], oldest && alone);
        bool const chosen = may_be_rewritten(all[i]) && static_cast<double>(dead) >= enough;
        oldest = oldest && chosen;
        if (chosen) {
            found.push_back({.segment = segment.segment,
                             .bytes = segment.bytes,
                             .kept = segment.bytes - dead,
                             .order = i,
                             .score = victim_score(all[i], dead, span),
                             .needs_older = static_cast<double>(dead_bytes(all[i], false)) < enough});
        }
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, &victim_candidate::score);
    return found;
}

[[nodiscard]] inline std::vector<victim_candidate> small_segments(std::span<segment_usage const> all) {
    std::vector<victim_candidate> found;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& segment = all[i].segment;
        if (may_be_rewritten(all[i]) && segment.small) {
            found.push_back({.segment = segment.segment, .bytes = segment.bytes, .kept = segment.bytes, .order = i});
        }
    }
    return found;
}

/// The best of them that fit, in the order to copy them.
[[nodiscard]] inline std::vector<victim_candidate> take_what_fits(std::span<victim_candidate const> candidates,
                                                                  victim_options const& options) {
    std::vector<victim_candidate> taken;
    std::uint64_t bytes = 0;
    std::uint64_t kept = 0;
    for (auto const& each : candidates) {
        bool const fits = taken.empty() || bytes + each.bytes <= options.run_bytes;
        if (fits && each.kept <= options.room - std::min(options.room, kept)) {
            taken.push_back(each);
            bytes += each.bytes;
            kept += each.kept;
        }
    }
    std::ranges::sort(taken, {}, &victim_candidate::order);
    return taken;
}

/// Those that would be copied in vain.
[[nodiscard]] inline std::vector<std::uint32_t> hopeless(std::span<victim_candidate const> taken) {
    std::vector<std::uint32_t> found;
    std::size_t unbroken = 0;
    for (auto const& each : taken) {
        bool const with_all_older = each.order == unbroken;
        unbroken += with_all_older ? 1 : 0;
        if (each.needs_older && !with_all_older) {
            found.push_back(each.segment);
        }
    }
    return found;
}

[[nodiscard]] inline std::vector<victim_candidate> take_worthwhile(std::vector<victim_candidate> candidates,
                                                                   victim_options const& options) {
    for (;;) {
        auto taken = take_what_fits(candidates, options);
        auto const in_vain = hopeless(taken);
        if (in_vain.empty()) {
            return taken;
        }
        std::erase_if(candidates, [&](auto const& each) { return std::ranges::count(in_vain, each.segment) > 0; });
    }
}

} // namespace detail

/// The segments to rewrite now, in the order to copy them, oldest content first; none when nothing is worth it. Pure.
/// `all` is every segment of the log in order of first sequence, also those that cannot be rewritten.
[[nodiscard]] inline std::vector<std::uint32_t> choose_victims(std::span<segment_usage const> all,
                                                               victim_options const& options) {
    auto taken = detail::take_worthwhile(detail::dead_segments(all, options.dead_ratio), options);
    if (taken.empty()) {
        taken = detail::take_what_fits(detail::small_segments(all), options);
        if (taken.size() < joined_segments) {
            return {};
        }
    }
    std::vector<std::uint32_t> victims;
    for (auto const& each : taken) {
        victims.push_back(each.segment);
    }
    return victims;
}

} // namespace mkdb::engine
