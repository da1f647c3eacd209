#pragma once

#include <mkdb/eviction/detail/slot_pool.hpp>

#include <array>

namespace mkdb::eviction {

/// The least frequently used key leaves first; among equals the one that reached its count first.
///
/// Keys of one count form a list, and the lists are linked by ascending count, so that a hit moves a key to the
/// neighbouring list (Shah, Mitra, Matani: "An O(1) algorithm for implementing the LFU cache eviction scheme", 2010).
struct lfu {
    static constexpr std::array<std::string_view, 1> names{"lfu"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(options const& /*settings*/) {}

        [[nodiscard]] slot on_insert(Key const& key, instant /*now*/) {
            auto const where = uses_.acquire({key, detail::no_slot});
            // A hit may need one list more than there are keys before it gives one back; it must not allocate then.
            groups_.reserve(uses_.capacity() + 1);
            enter(where, group_of(1, detail::no_slot));
            return where;
        }

        void on_hit(slot where, instant /*now*/) noexcept {
            auto const from = uses_[where].group;
            auto const to = group_of(groups_[from].count + 1, from);
            leave(where);
            enter(where, to);
        }

        void on_erase(slot where) noexcept {
            leave(where);
            uses_.release(where);
        }

        [[nodiscard]] std::optional<Key> evict() noexcept {
            if (by_count_.empty()) {
                return std::nullopt;
            }
            auto const rarest = groups_[by_count_.front()].members.front();
            std::optional<Key> leaving(uses_[rarest].key);
            on_erase(rarest);
            return leaving;
        }

        [[nodiscard]] std::optional<Key> expired(instant /*now*/) const noexcept { return std::nullopt; }

    private:
        struct use {
            Key key;
            slot group;
        };
        struct same_count {
            std::uint64_t count;
            detail::slot_list members;
        };

        /// The group of `count`, which belongs right behind the group `before`; made if it is missing.
        [[nodiscard]] slot group_of(std::uint64_t count, slot before) {
            auto const next = before == detail::no_slot ? by_count_.front() : groups_.next(before);
            if (next != detail::no_slot && groups_[next].count == count) {
                return next;
            }
            auto const made = groups_.acquire({count, {}});
            by_count_.insert_after(groups_, before, made);
            return made;
        }

        void enter(slot where, slot group) noexcept {
            uses_[where].group = group;
            groups_[group].members.push_back(uses_, where);
        }

        void leave(slot where) noexcept {
            auto const group = uses_[where].group;
            groups_[group].members.unlink(uses_, where);
            if (groups_[group].members.empty()) {
                by_count_.unlink(groups_, group);
                groups_.release(group);
            }
        }

        detail::slot_pool<use> uses_;
        detail::slot_pool<same_count> groups_;
        detail::slot_list by_count_;
    };
};

static_assert(eviction_policy<lfu>);

} // namespace mkdb::eviction
