#pragma once

#include <mkdb/core/error.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/space_gate.hpp>
#include <mkdb/storage/concept.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mkdb::engine {

/// A partition's log as whoever leads its commits writes it: knows which failures are final, and gives free what is
/// kept for a full disk.
///
/// Thread safety: one thread at a time, the leader's.
template <class Backend>
class commit_log {
public:
    /// `context` and `backend` are the partition's.
    commit_log(partition_context const& context, Backend& backend, std::shared_ptr<space_gate> disk)
        : context_(&context), backend_(&backend), disk_(std::move(disk)) {}

    /// Why nothing can be written any more, if so.
    [[nodiscard]] std::optional<error> obstacle() const {
        if (closed_) {
            return fail(errc::closed, store() + " is closed");
        }
        if (failed_) {
            return fail(errc::read_only, store() + " is read-only since a write failed: " + failed_->message);
        }
        return std::nullopt;
    }

    /// What made the log final, if anything did.
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failed_; }

    /// Whether only what makes room may be written.
    [[nodiscard]] bool is_full() { return disk_ && disk_->is_shut(); }

    [[nodiscard]] error disk_is_full() const {
        return fail(errc::no_space, "The disk of store '" + context_->store_name +
                                        "' is full: it takes deletions, and no writes until there is room");
    }

    /// Whether a failure was that of a full disk, and what is kept for this moment has been given free by it.
    [[nodiscard]] bool frees_space(error const& met) { return met.code == errc::no_space && disk_ && disk_->shut(); }

    /// Errors: the log's. A failure after which the log may not be what it was is final.
    [[nodiscard]] result<> write(commit_batch& batch, durability mode) {
        if (!batch.empty()) {
            MKDB_TRY(final_on_error(backend_->append(batch.records, batch.locations)));
            unsynced_ = true;
        }
        return mode == durability::sync ? sync() : result<>{};
    }

    /// Finds the room that `write` of this batch will need, where the log can tell. Errors: as `write`.
    [[nodiscard]] result<> make_room(commit_batch const& batch) {
        if constexpr (requires { backend_->make_room(batch.records); }) {
            return final_on_error(backend_->make_room(batch.records));
        } else {
            return {};
        }
    }

    /// As `write` with a sync, also with what is kept for a full disk.
    [[nodiscard]] result<> write_at_all_costs(commit_batch& batch) {
        auto written = write(batch, durability::sync);
        if (!written && frees_space(written.error())) {
            written = write(batch, durability::sync);
        }
        return written;
    }

    /// Nothing is written any more if `done` is an error that left a trace, or none is known to have been left.
    [[nodiscard]] result<> final_on_error(result<> done) noexcept {
        if (!done && !storage::left_no_trace(done.error())) {
            stop(done.error());
        }
        return done;
    }

    /// Nothing is written any more.
    void stop(error const& why) noexcept {
        failed_ = why;
        context_->on_failure(*failed_);
    }

    /// Closes the log, unless that was done before. `flush` writes what waits; it is not called after a failure, which
    /// is what is returned then.
    template <class Flush>
    [[nodiscard]] result<> close(Flush const& flush) {
        if (closed_) {
            return {};
        }
        auto done = failed_ ? result<>(may_be_lost()) : flush();
        closed_ = true;
        if (auto const closed = backend_->close(); !closed && done) {
            done = closed.error();
        }
        return done;
    }

private:
    [[nodiscard]] std::string store() const { return "Store '" + context_->store_name + "'"; }

    /// What is in the log must be answered for: no memory to say that the disk failed ends the process.
    [[nodiscard]] result<> sync() noexcept {
        auto done = unsynced_ ? final_on_error(backend_->sync()) : result<>();
        unsynced_ = unsynced_ && !done;
        return done;
    }

    [[nodiscard]] error may_be_lost() const {
        return fail(
            failed_->code,
            store() + " may have lost writes that were not on the disk yet, since a write failed: " + failed_->message);
    }

    partition_context const* context_;
    Backend* backend_;
    std::shared_ptr<space_gate> disk_;
    std::optional<error> failed_;
    bool unsynced_ = false;
    bool closed_ = false;
};

} // namespace mkdb::engine
