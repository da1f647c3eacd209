#pragma once

#include <mkdb/core/mixed_hash.hpp>
#include <mkdb/eviction/detail/slot_pool.hpp>

#include <tsl/robin_map.h>

namespace mkdb::eviction::detail {

/// The keys that left last, without what they stood for: first in, first out, found by key.
template <class Key>
class ghost_queue {
public:
    /// Remembers `key`, and forgets the oldest beyond `limit`.
    void push(Key const& key, std::size_t limit) {
        auto const where = keys_.acquire(key);
        by_age_.push_back(keys_, where);
        slots_.insert_or_assign(key, where);
        while (by_age_.size() > limit) {
            forget(by_age_.front());
        }
    }

    /// Whether `key` was remembered; it is no more.
    [[nodiscard]] bool take(Key const& key) noexcept {
        auto const found = slots_.find(key);
        if (found == slots_.end()) {
            return false;
        }
        forget(found->second);
        return true;
    }

private:
    void forget(slot where) noexcept {
        slots_.erase(keys_[where]);
        by_age_.unlink(keys_, where);
        keys_.release(where);
    }

    slot_pool<Key> keys_;
    slot_list by_age_;
    tsl::robin_map<Key, slot, mixed_hash<Key>> slots_;
};

} // namespace mkdb::eviction::detail
