#pragma once

#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/timer.hpp>
#include <mkdb/storage/scrubbable.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace mkdb {

/// Ends segments that were being written at the look before and still are, so that what a quiet store holds is not
/// without protection until its segment is full. On the thread of the upkeep timer.
///
/// Thread safety: safe from any thread. Held by a shared pointer, since tasks of the timer keep it alive.
template <class Partition>
class segment_sealer : public std::enable_shared_from_this<segment_sealer<Partition>> {
public:
    using partition_list = std::vector<std::shared_ptr<Partition>>;

    /// Without a timer it does nothing.
    segment_sealer(partition_list partitions, engine::timer* upkeep)
        : partitions_(std::move(partitions)), upkeep_(upkeep) {}

    /// Between two looks; 0: none.
    void apply(std::chrono::milliseconds interval) {
        std::lock_guard const lock(mutex_);
        if (std::exchange(interval_, interval) != interval) {
            arm();
        }
    }

    /// Returns when no look is under way; none begins after it.
    void stop() {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        changed_.wait(lock, [&] { return !looking_; });
    }

private:
    /// Under the lock. What was armed before does nothing when its time comes.
    void arm() {
        if (upkeep_ != nullptr && interval_.count() > 0) {
            upkeep_->after(interval_, [weak = this->weak_from_this(), turn = turn_ + 1] {
                if (auto const self = weak.lock()) {
                    self->look(turn);
                }
            });
        }
        ++turn_;
    }

    void look(std::uint64_t turn) {
        std::unique_lock lock(mutex_);
        if (stopped_ || turn != turn_) {
            return;
        }
        seal_outside(lock);
        if (!stopped_ && turn == turn_) {
            arm();
        }
    }

    void seal_outside(std::unique_lock<std::mutex>& lock) {
        looking_ = true;
        lock.unlock();
        scope_exit const looked([&] {
            lock.lock();
            looking_ = false;
            changed_.notify_all();
        });
        for (auto const& each : partitions_) {
            each->seal_lasting();
        }
    }

    partition_list partitions_;
    engine::timer* upkeep_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::chrono::milliseconds interval_{0};
    std::uint64_t turn_ = 0; ///< Of what was armed last.
    bool looking_ = false;
    bool stopped_ = false;
};

/// Stands in where the storage protects nothing.
struct no_sealer {
    void apply(std::chrono::milliseconds /*interval*/) const noexcept {}
    void stop() const noexcept {}
};

/// The sealer of a store, by what its storage can do.
template <class Partition>
struct sealer_of {
    using type = no_sealer;
};
template <class Partition>
requires storage::scrubbable_storage<typename Partition::backend_type>
struct sealer_of<Partition> {
    using type = segment_sealer<Partition>;
};

} // namespace mkdb
