#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/out_of_memory.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::engine {

using task_executor = std::function<void(std::function<void()>)>;

/// One request on its way through a commit queue.
template <class Operation, class Outcome>
struct commit_ticket {
    Operation operation;
    std::optional<Outcome> outcome;
    std::function<void(Outcome)> done; ///< Empty for a caller that waits.
    std::shared_ptr<void> keep_alive;  ///< Of an asynchronous caller: the owner of the queue.
    bool finished = false;             ///< Guarded by the queue's mutex, like `woken`.
    std::condition_variable woken;
};

/// Leader group commit: whoever finds nobody leading commits for all that wait, so that a lone writer meets no
/// hand-over and a crowd shares one sync.
///
/// `Lead` is called with the waiting tickets in order of arrival, gives an outcome to the first few, at least one, and
/// returns how many. It runs on one thread at a time. Nobody could be answered after a leader that throws, so neither
/// it nor a callback may: that ends the process. Memory: `run` and `post` throw `std::bad_alloc` when there is none to
/// queue the operation; then it never was. What is queued is committed and answered whatever is left of it. Thread
/// safety: all calls are safe from any thread. The owner outlives every call and every task it posted.
template <class Operation, class Outcome>
class commit_queue {
public:
    using ticket = commit_ticket<Operation, Outcome>;
    using lead_function = std::function<std::size_t(std::span<ticket* const>)>;

    /// `executor` carries the leading for asynchronous callers; without one, or when there is no memory for its task,
    /// they lead themselves.
    commit_queue(lead_function lead, task_executor executor) : lead_(std::move(lead)), executor_(std::move(executor)) {
        group_.reserve(1);
    }

    /// Commits one operation; returns when it has its outcome.
    [[nodiscard]] Outcome run(Operation operation) {
        ticket own;
        own.operation = std::move(operation);
        std::unique_lock lock(mutex_);
        waiting_.push_back(&own);
        own.woken.wait(lock, [&] { return own.finished || !leading_; });
        if (!own.finished) {
            leading_ = true;
            lead(lock, &own);
        }
        return std::move(*own.outcome);
    }

    /// Commits one operation and calls `done` with its outcome, on the committing thread.
    /// `keep_alive` is held by the task until it has run, so that the queue's owner cannot go before.
    void post(Operation operation, std::function<void(Outcome)> done, std::shared_ptr<void> keep_alive) {
        if (!executor_) {
            done(run(std::move(operation)));
            return;
        }
        auto own = std::make_unique<ticket>();
        own->operation = std::move(operation);
        own->done = std::move(done);
        own->keep_alive = keep_alive;
        std::unique_lock lock(mutex_);
        waiting_.push_back(own.get());
        static_cast<void>(own.release());
        if (!leading_) {
            leading_ = true;
            post_leader(lock, keep_alive);
        }
    }

    /// The lead, for as long as it lives: no group is committed meanwhile.
    class [[nodiscard]] turn {
    public:
        explicit turn(commit_queue& queue) : queue_(&queue) { queue.begin_turn(); }
        turn(turn&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
        turn& operator=(turn&&) = delete;
        ~turn() {
            if (queue_ != nullptr) {
                queue_->end_turn();
            }
        }

    private:
        commit_queue* queue_;
    };

    /// Waits until no group is being committed, and takes the lead. Whoever takes turns of several queues takes them in
    /// an order that everybody keeps to.
    [[nodiscard]] turn take_turn() { return turn(*this); }

    /// Runs `task` as the leader, when no group is being committed: for flushing, rebuilding, closing. What it throws
    /// goes on to the caller.
    template <class Task>
    void exclusively(Task&& task) {
        auto const leading = take_turn();
        std::forward<Task>(task)();
    }

private:
    void begin_turn() {
        std::unique_lock lock(mutex_);
        ++exclusive_wanted_;
        idle_.wait(lock, [&] { return !leading_; });
        --exclusive_wanted_;
        leading_ = true;
    }

    void end_turn() noexcept {
        std::unique_lock lock(mutex_);
        hand_over(lock);
    }

    /// Commits group after group; returns, with the lead given away, when nobody waits or `own` is finished.
    void lead(std::unique_lock<std::mutex>& lock, ticket const* own) noexcept {
        do {
            gather_group();
            lock.unlock();
            auto const count = lead_(group_);
            MKDB_ASSERT(count > 0 && count <= group_.size());
            group_.resize(count);
            finish_callers(group_);
            lock.lock();
            waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
            wake_waiters(group_);
        } while (!waiting_.empty() && (own != nullptr ? !own->finished : exclusive_wanted_ == 0));
        hand_over(lock);
    }

    /// As many as wait, or as there is memory for.
    void gather_group() noexcept {
        auto const wanted = std::min(waiting_.size(), group_limit);
        if_memory_allows([&] { group_.reserve(wanted); });
        auto const count = std::min(wanted, group_.capacity());
        group_.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    /// Answers the asynchronous callers of a group, outside the lock since a callback may call the queue again.
    static void finish_callers(std::vector<ticket*>& group) {
        for (auto& member : group) {
            if (member->done) {
                std::unique_ptr<ticket> const owned(std::exchange(member, nullptr));
                owned->done(std::move(*owned->outcome));
            }
        }
    }

    /// Under the lock: a waiter that wakes cannot destroy its ticket before the notification is over.
    static void wake_waiters(std::vector<ticket*> const& group) {
        for (auto* member : group) {
            if (member != nullptr) {
                member->finished = true;
                member->woken.notify_one();
            }
        }
    }

    /// Gives the lead to an exclusive task, to a waiting caller, or to the executor, in this order, if anybody wants
    /// it.
    void hand_over(std::unique_lock<std::mutex>& lock) noexcept {
        auto const waits = std::ranges::find_if(waiting_, [](ticket const* t) { return !t->done; });
        if (exclusive_wanted_ > 0) {
            leading_ = false;
            idle_.notify_one();
        } else if (waits != waiting_.end()) {
            leading_ = false;
            (*waits)->woken.notify_one();
        } else if (!waiting_.empty()) {
            auto const kept = waiting_.front()->keep_alive;
            post_leader(lock, kept);
        } else {
            leading_ = false;
        }
    }

    void post_leader(std::unique_lock<std::mutex>& lock, std::shared_ptr<void> const& keep_alive) noexcept {
        lock.unlock();
        bool const posted = if_memory_allows([&] {
            executor_([this, keep_alive] {
                std::unique_lock leading(mutex_);
                lead(leading, nullptr);
            });
        });
        lock.lock();
        if (!posted) {
            lead(lock, nullptr);
        }
    }

    static constexpr std::size_t group_limit = 4096;

    lead_function lead_;
    task_executor executor_;
    std::mutex mutex_;
    std::deque<ticket*> waiting_;
    std::vector<ticket*> group_; ///< The leader's own; kept to reuse its memory.
    std::condition_variable idle_;
    std::size_t exclusive_wanted_ = 0;
    bool leading_ = false;
};

} // namespace mkdb::engine
