#pragma once

#include <mkdb/eviction/detail/slot_pool.hpp>

#include <array>

namespace mkdb::eviction {

/// The least recently used key leaves first.
struct lru {
    static constexpr std::array<std::string_view, 1> names{"lru"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(options const& /*settings*/) {}

        [[nodiscard]] slot on_insert(Key const& key, instant /*now*/) {
            auto const where = keys_.acquire(key);
            by_use_.push_back(keys_, where);
            return where;
        }

        void on_hit(slot where, instant /*now*/) noexcept { by_use_.move_to_back(keys_, where); }

        void on_erase(slot where) noexcept {
            by_use_.unlink(keys_, where);
            keys_.release(where);
        }

        [[nodiscard]] std::optional<Key> evict() noexcept {
            if (by_use_.empty()) {
                return std::nullopt;
            }
            auto const oldest = by_use_.front();
            std::optional<Key> leaving(keys_[oldest]);
            on_erase(oldest);
            return leaving;
        }

        [[nodiscard]] std::optional<Key> expired(instant /*now*/) const noexcept { return std::nullopt; }

    private:
        detail::slot_pool<Key> keys_;
        detail::slot_list by_use_;
    };
};

static_assert(eviction_policy<lru>);

} // namespace mkdb::eviction
