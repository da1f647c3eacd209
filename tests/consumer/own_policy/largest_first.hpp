#pragma once

#include <mkdb/eviction/concept.hpp>

#include <array>
#include <map>

/// A policy that MkDB does not have: the largest key leaves first.
struct largest_first {
    static constexpr std::array<std::string_view, 1> names{"largest_first"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(mkdb::eviction::options const& /*settings*/) {}

        [[nodiscard]] mkdb::eviction::slot on_insert(Key const& key, mkdb::eviction::instant /*now*/) {
            keys_.emplace(key, next_);
            by_slot_.emplace(next_, key);
            return next_++;
        }
        void on_hit(mkdb::eviction::slot /*where*/, mkdb::eviction::instant /*now*/) {}
        void on_erase(mkdb::eviction::slot where) {
            keys_.erase(by_slot_.at(where));
            by_slot_.erase(where);
        }
        [[nodiscard]] std::optional<Key> evict() {
            if (keys_.empty()) {
                return std::nullopt;
            }
            auto const [key, where] = *keys_.rbegin();
            on_erase(where);
            return key;
        }
        [[nodiscard]] std::optional<Key> expired(mkdb::eviction::instant /*now*/) { return std::nullopt; }

    private:
        std::map<Key, mkdb::eviction::slot> keys_;
        std::map<mkdb::eviction::slot, Key> by_slot_;
        mkdb::eviction::slot next_ = 0;
    };
};
static_assert(mkdb::eviction::eviction_policy<largest_first>);
