#pragma once

#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/storage/concept.hpp>

#include <atomic>
#include <chrono>
#include <memory>

namespace mkdb::engine {

/// Has a partition flush what it buffers when the window for that is over. One task waits for it at most, and covers
/// all that is written until it runs.
///
/// Thread safety: safe from any thread. It is a part of its partition.
template <class Partition>
class flush_alarm {
public:
    /// `context` outlives the alarm.
    explicit flush_alarm(partition_context const& context) : context_(&context) {}

    void arm(std::weak_ptr<Partition> asked) {
        if (context_->upkeep == nullptr || armed_.exchange(true)) {
            return;
        }
        scope_fail disarm([this] { armed_ = false; });
        context_->upkeep->after(std::chrono::milliseconds(context_->debounce_ms), [this, asked] {
            if (auto const partition = asked.lock()) {
                armed_ = false;
                // A full disk is tried again. Any other failure is final: on_failure and the next writer are told.
                if (auto const done = partition->flush(); !done && storage::left_no_trace(done.error())) {
                    arm(asked);
                }
            }
        });
        disarm.release();
    }

private:
    partition_context const* context_;
    std::atomic<bool> armed_{false};
};

} // namespace mkdb::engine
