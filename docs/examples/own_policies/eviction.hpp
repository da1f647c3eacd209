#pragma once

#include <mkdb/eviction/concept.hpp>

#include <array>
#include <list>
#include <vector>

namespace my {

/// First in, first out: uses count for nothing.
struct eviction {
    static constexpr std::array<std::string_view, 1> names{"fifo"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(mkdb::eviction::options const& /*settings*/) {}

        [[nodiscard]] mkdb::eviction::slot on_insert(Key const& key, mkdb::eviction::instant /*now*/) {
            auto const where = free_slot();
            arrivals_.push_back({key, where});
            by_slot_[where] = std::prev(arrivals_.end());
            return where;
        }
        void on_hit(mkdb::eviction::slot /*where*/, mkdb::eviction::instant /*now*/) noexcept {}
        void on_erase(mkdb::eviction::slot where) noexcept {
            arrivals_.erase(by_slot_[where]);
            free_.push_back(where); // cannot throw: free_slot has reserved
        }
        [[nodiscard]] std::optional<Key> evict() {
            if (arrivals_.empty()) {
                return std::nullopt;
            }
            auto const first = arrivals_.front();
            on_erase(first.where);
            return first.key;
        }
        [[nodiscard]] std::optional<Key> expired(mkdb::eviction::instant /*now*/) { return std::nullopt; }

    private:
        struct arrival {
            Key key;
            mkdb::eviction::slot where;
        };

        [[nodiscard]] mkdb::eviction::slot free_slot() {
            if (free_.empty()) {
                by_slot_.emplace_back();
                free_.reserve(by_slot_.size());
                return static_cast<mkdb::eviction::slot>(by_slot_.size() - 1);
            }
            auto const where = free_.back();
            free_.pop_back();
            return where;
        }

        std::list<arrival> arrivals_;
        std::vector<typename std::list<arrival>::iterator> by_slot_;
        std::vector<mkdb::eviction::slot> free_;
    };
};
static_assert(mkdb::eviction::eviction_policy<eviction>);

} // namespace my
