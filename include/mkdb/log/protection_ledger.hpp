#pragma once

#include <mkdb/log/guard_parts.hpp>
#include <mkdb/log/healing.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/sealed_check.hpp>

#include <cstdint>
#include <map>
#include <set>

namespace mkdb::log {

/// Which sealed segments have parity, and which cannot be restored.
///
/// Thread safety: one thread at a time.
class protection_ledger {
public:
    void note_parity(segment_entry const& entry, std::uint64_t parity_bytes) {
        protected_[entry.number] = {file_length(entry), parity_bytes};
    }

    /// Nobody may replace the parity of this segment.
    void note_untouchable(std::uint32_t number) { untouchable_.insert(number); }

    void distrust_parity(std::uint32_t number) { protected_.erase(number); }

    /// Whether parity is to be made. What was sealed with damage is given none: that would vouch for it.
    [[nodiscard]] bool is_waiting(segment_entry const& entry) const {
        return (entry.flags & sealed_with_damage) == 0 && !protected_.contains(entry.number) &&
               !untouchable_.contains(entry.number) && !unrecoverable_.contains(entry.number);
    }

    /// What is known of a segment that cannot be restored; null of any other.
    [[nodiscard]] healing const* unrecoverable(std::uint32_t number) const {
        auto const found = unrecoverable_.find(number);
        return found == unrecoverable_.end() ? nullptr : &found->second;
    }

    /// True when it is worth telling.
    bool note_outcome(std::uint32_t number, healing const& outcome) {
        if (outcome.outcome == healing_outcome::unrecoverable) {
            return unrecoverable_.insert_or_assign(number, outcome).second;
        }
        unrecoverable_.erase(number);
        bool const healed = outcome.outcome == healing_outcome::healed;
        if (healed) {
            count_healed(1, outcome.damaged_blocks);
        }
        return healed;
    }

    void count_healed(std::uint64_t segments, std::uint64_t blocks) noexcept {
        healed_segments_ += segments;
        healed_blocks_ += blocks;
    }

    /// The segment is no longer in the log.
    void forget(std::uint32_t number) {
        protected_.erase(number);
        untouchable_.erase(number);
        unrecoverable_.erase(number);
    }

    /// Complexity: linear in the segments.
    [[nodiscard]] guard_counts counts() const noexcept {
        guard_counts all{.healed_blocks = healed_blocks_, .healed_segments = healed_segments_};
        for (auto const& [number, each] : protected_) {
            all.protected_bytes += each.segment_bytes;
            all.parity_bytes += each.parity_bytes;
        }
        all.unrecoverable_segments = unrecoverable_.size();
        return all;
    }

private:
    struct protection {
        std::uint64_t segment_bytes = 0;
        std::uint64_t parity_bytes = 0;
    };

    std::map<std::uint32_t, protection> protected_;
    std::set<std::uint32_t> untouchable_;
    std::map<std::uint32_t, healing> unrecoverable_;
    std::uint64_t healed_segments_ = 0;
    std::uint64_t healed_blocks_ = 0;
};

} // namespace mkdb::log
