#pragma once

#include <mkdb/eviction/detail/ghost_queue.hpp>
#include <mkdb/eviction/detail/slot_pool.hpp>

#include <array>

namespace mkdb::eviction {

/// Three first-in-first-out queues: a small one that new keys must outlive, a main one, and ghosts of those that did
/// not.
///
/// Yang, Zhang, Qiu, Yue, Rashmi: "FIFO queues are all you need for cache eviction" (SOSP 2023), algorithm 1: the small
/// queue has a tenth of the set; its oldest key moves to the main queue if it was hit more than once (its count starts
/// again), else it leaves and becomes a ghost; the main queue's oldest goes round once more for each hit up to three;
/// a key that comes back while it is a ghost enters the main queue; there are as many ghosts as the main queue has
/// room. The set's size is the number of keys at the moment of eviction, so that a bound in bytes works as one in keys.
struct s3_fifo {
    static constexpr std::array<std::string_view, 1> names{"s3_fifo"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(options const& /*settings*/) {}

        [[nodiscard]] slot on_insert(Key const& key, instant /*now*/) {
            auto const returns = ghosts_.take(key);
            auto const where = uses_.acquire({key, 0, returns});
            (returns ? main_ : small_).push_back(uses_, where);
            return where;
        }

        void on_hit(slot where, instant /*now*/) noexcept {
            auto& hits = uses_[where].hits;
            hits = hits < max_hits ? static_cast<std::uint8_t>(hits + 1) : max_hits;
        }

        void on_erase(slot where) noexcept {
            (uses_[where].in_main ? main_ : small_).unlink(uses_, where);
            uses_.release(where);
        }

        [[nodiscard]] std::optional<Key> evict() {
            auto const total = small_.size() + main_.size();
            if (small_.size() * 10 >= total) {
                while (!small_.empty()) {
                    auto const oldest = small_.front();
                    if (uses_[oldest].hits <= 1) {
                        ghosts_.push(uses_[oldest].key, total - total / 10);
                        return remove(oldest);
                    }
                    promote(oldest);
                    if (main_.size() * 10 >= total * 9) {
                        break;
                    }
                }
            }
            return evict_from_main();
        }

        [[nodiscard]] std::optional<Key> expired(instant /*now*/) const noexcept { return std::nullopt; }

    private:
        static constexpr std::uint8_t max_hits = 3;

        struct use {
            Key key;
            std::uint8_t hits;
            bool in_main;
        };

        void promote(slot where) noexcept {
            small_.unlink(uses_, where);
            uses_[where].hits = 0;
            uses_[where].in_main = true;
            main_.push_back(uses_, where);
        }

        /// Ends: every round takes a hit from a key, and there are at most three of them a key.
        [[nodiscard]] std::optional<Key> evict_from_main() noexcept {
            while (!main_.empty()) {
                auto const oldest = main_.front();
                if (uses_[oldest].hits == 0) {
                    return remove(oldest);
                }
                --uses_[oldest].hits;
                main_.move_to_back(uses_, oldest);
            }
            return std::nullopt;
        }

        [[nodiscard]] std::optional<Key> remove(slot where) noexcept {
            std::optional<Key> leaving(uses_[where].key);
            on_erase(where);
            return leaving;
        }

        detail::slot_pool<use> uses_;
        detail::slot_list small_;
        detail::slot_list main_;
        detail::ghost_queue<Key> ghosts_;
    };
};

static_assert(eviction_policy<s3_fifo>);

} // namespace mkdb::eviction
