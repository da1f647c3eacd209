#pragma once

#include <mkdb/protocol/outbox.hpp>
#include <mkdb/protocol/session_options.hpp>

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

/// What a session sends, and whether it is over: the part that answers and updates reach from any thread.
///
/// The transport is awake until `take` gives it nothing. Whoever adds something while it sleeps calls `wake`, once.
class session_output {
public:
    session_output(session_options const& options, std::function<void()> wake)
        : options_(options), wake_(std::move(wake)) {}

    void message(std::string_view json) {
        deliver([&] {
            if (!finished_) {
                out_.message(json);
            }
        });
    }

    /// The last thing that is said; the connection ends when it is written.
    void finish_with(std::string_view json) {
        deliver([&] { finish_locked(json); });
    }
    void finish_raw(std::string_view bytes) {
        deliver([&] {
            out_.raw(bytes);
            finished_ = true;
        });
    }

    /// Ends the connection at once; what waits is dropped.
    void abandon() {
        deliver([&] { abandon_locked(); });
    }

    /// A request is in flight from here to its response. Its receipt is ahead of any answer.
    void begin(std::string_view receipt_id) {
        deliver([&] {
            ++in_flight_;
            if (!receipt_id.empty()) {
                out_.receipt(receipt_id);
            }
        });
    }

    /// Calls `report(bytes)` with the size of the response on the wire, before the transport can take it: whoever has
    /// the answer finds it counted. `answered` becomes a failure when it is too large for a frame.
    template <class Report>
    void complete(std::string_view id_json, service::answer& answered, Report const& report) {
        deliver([&] {
            --in_flight_;
            report(finished_ ? std::size_t{0} : out_.response(id_json, answered));
            if (finished_) {
                return;
            }
            if (out_.bytes() > options_.answer_queue_bytes) {
                abandon_locked();
            }
            say_goodbye_when_idle();
        });
    }

    void updates(std::string_view store, std::span<service::update const> changes) {
        deliver([&] {
            if (finished_) {
                return;
            }
            for (auto const& each : changes) {
                out_.update(store, each);
            }
            if (out_.update_bytes() > options_.subscriber_queue_bytes) {
                abandon_locked();
            }
        });
    }

    template <class Access>
    [[nodiscard]] auto locked(Access access) {
        std::lock_guard const lock(mutex_);
        return access();
    }

    /// Runs `change` under the lock and wakes the transport, asleep or not.
    template <class Change>
    void deliver_aloud(Change change) {
        {
            std::lock_guard const lock(mutex_);
            change();
            awake_ = true;
        }
        wake_();
    }

    /// No further requests are taken; goodbye follows when those in flight are answered.
    void stop() {
        deliver([&] {
            stopping_ = true;
            say_goodbye_when_idle();
        });
    }

    /// The transport will `take` before long: nobody needs to wake it until then.
    void keep_awake() {
        std::lock_guard const lock(mutex_);
        awake_ = true;
    }

    [[nodiscard]] bool take(std::string& buffer) {
        std::lock_guard const lock(mutex_);
        out_.take(buffer);
        awake_ = !buffer.empty();
        return awake_;
    }

    [[nodiscard]] bool has_room() const {
        std::lock_guard const lock(mutex_);
        return !stopping_ && !finished_ && out_.bytes() < options_.pause_reading_bytes &&
               in_flight_ < options_.requests_in_flight;
    }
    [[nodiscard]] bool open() const {
        std::lock_guard const lock(mutex_);
        return !stopping_ && !finished_;
    }
    [[nodiscard]] bool finished() const {
        std::lock_guard const lock(mutex_);
        return finished_;
    }
    [[nodiscard]] bool abandoned() const {
        std::lock_guard const lock(mutex_);
        return abandoned_;
    }

private:
    // Runs `change` and makes sure that the transport looks at the session again. When it is stuck in a write that
    // makes no progress, only the end of the session is worth waking it for.
    template <class Change>
    void deliver(Change change) {
        auto wake = false;
        {
            std::lock_guard const lock(mutex_);
            auto const was_abandoned = abandoned_;
            change();
            wake = !std::exchange(awake_, true) || abandoned_ != was_abandoned;
        }
        if (wake) {
            wake_();
        }
    }

    void finish_locked(std::string_view json) {
        if (!finished_) {
            out_.message(json);
            finished_ = true;
        }
    }

    void abandon_locked() {
        finished_ = true;
        abandoned_ = true;
        out_.clear();
    }

    void say_goodbye_when_idle() {
        if (stopping_ && in_flight_ == 0) {
            finish_locked(disconnect_message);
        }
    }

    session_options const& options_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;
    outbox out_;
    std::size_t in_flight_ = 0;
    bool awake_ = true;
    bool stopping_ = false;
    bool finished_ = false;
    bool abandoned_ = false;
};

} // namespace mkdb::protocol
