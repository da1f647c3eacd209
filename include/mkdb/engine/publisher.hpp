#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/staging.hpp>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <vector>

namespace mkdb::engine {

/// Makes committed versions visible, in the directory, the indexes and the cache, while others read.
///
/// Memory: what is in the log must become visible as a whole, so no memory for that ends the process; the log has it at
/// the next start. Only the cache can do without.
/// Thread safety: one thread at a time, the leader's; it takes the partition's lock itself.
template <class State, class Cache>
class publisher {
public:
    /// All of it is the partition's, and outlives the publisher.
    publisher(State& state, std::shared_mutex& state_mutex, Cache& cache)
        : state_(&state), state_mutex_(&state_mutex), cache_(&cache) {}

    /// Without a batch the versions are buffered. Readers get in between steps.
    void publish(std::vector<staged_version> const& versions, commit_batch const* batch) noexcept {
        for (std::size_t at = 0; at < versions.size(); at += step) {
            auto const some = std::span(versions).subspan(at, std::min(step, versions.size() - at));
            std::unique_lock const lock(*state_mutex_);
            for (auto const& version : some) {
                publish_one(version, batch);
            }
        }
    }

    /// What was buffered and is in the batch is in the log now.
    void settle(commit_batch const& batch) noexcept {
        if (!state_->pending.empty()) {
            std::unique_lock const lock(*state_mutex_);
            state_->settle(batch);
        }
    }

private:
    /// How many versions are published under one hold of the lock: the longest that a reader waits for a big commit.
    static constexpr std::size_t step = 32;

    void publish_one(staged_version const& version, commit_batch const* batch) {
        if (version.sequence == 0) {
            return;
        }
        bool const logged = batch != nullptr && version.to_log();
        auto const row = state_->publish(version, logged ? batch->location_of(version.sequence) : storage::location{});
        if (version.before && !version.keeps_row()) {
            cache_->erase(version.before->row);
        }
        if (batch == nullptr && version.to_log()) {
            state_->buffer(version);
        } else if (row) {
            if_memory_allows([&] { cache_->put(*row, version.text, version.sequence); });
        }
    }

    State* state_;
    std::shared_mutex* state_mutex_;
    Cache* cache_;
};

} // namespace mkdb::engine
