#pragma once

#include <mkdb/eviction/detail/slot_pool.hpp>

#include <array>

namespace mkdb::eviction {

/// A key leaves `options::ttl` after its last use, and before that only to make room: the next to expire first.
///
/// All keys live equally long, so the order of last use is the order of expiry. Time is monotonic: stepping the wall
/// clock expires nothing.
struct ttl {
    static constexpr std::array<std::string_view, 1> names{"ttl"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(options const& settings) : time_to_live_(settings.ttl) {}

        [[nodiscard]] slot on_insert(Key const& key, instant now) {
            auto const where = uses_.acquire({key, now});
            by_expiry_.push_back(uses_, where);
            return where;
        }

        void on_hit(slot where, instant now) noexcept {
            uses_[where].last = now;
            by_expiry_.move_to_back(uses_, where);
        }

        void on_erase(slot where) noexcept {
            by_expiry_.unlink(uses_, where);
            uses_.release(where);
        }

        [[nodiscard]] std::optional<Key> evict() noexcept {
            if (by_expiry_.empty()) {
                return std::nullopt;
            }
            auto const first = by_expiry_.front();
            std::optional<Key> leaving(uses_[first].key);
            on_erase(first);
            return leaving;
        }

        [[nodiscard]] std::optional<Key> expired(instant now) noexcept {
            if (by_expiry_.empty() || time_to_live_.count() == 0 || !is_over(uses_[by_expiry_.front()].last, now)) {
                return std::nullopt;
            }
            return evict();
        }

    private:
        struct use {
            Key key;
            instant last;
        };

        /// Compares ages, as adding a very long time to live to a time would overflow.
        [[nodiscard]] bool is_over(instant last, instant now) const noexcept {
            return std::chrono::duration_cast<std::chrono::seconds>(now - last) >= time_to_live_;
        }

        std::chrono::seconds time_to_live_;
        detail::slot_pool<use> uses_;
        detail::slot_list by_expiry_;
    };
};

static_assert(eviction_policy<ttl>);

} // namespace mkdb::eviction
