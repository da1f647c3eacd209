#pragma once

#include <mkdb/cache/record_cache.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/environment.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/commit_queue.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/engine/staging.hpp>
#include <mkdb/engine/timer.hpp>
#include <mkdb/engine/version_reader.hpp>
#include <mkdb/storage/frozen.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A small complete engine: one log with one writer, the directory, a cache and the indexes over it.
///
/// Visible is what was acknowledged: a commit changes directory, cache and indexes only after the log has it as
/// durably as the operation asked, and answers after that.
/// Thread safety: safe from any thread. Always held by a shared pointer, since asynchronous commits keep it alive.
template <class Policies>
class partition : public std::enable_shared_from_this<partition<Policies>> {
public:
    using types = engine_types<Policies>;
    using backend_type = typename types::backend_type;
    using index_type = typename types::index_type;
    using cache_type = typename types::cache_type;
    using state_type = partition_state<index_type>;
    using outcome = result<write_outcome>;

    partition(std::shared_ptr<partition_context> context, backend_type backend, state_type state,
              typename Policies::clock const& clock, cache::options cache_options)
        : context_(std::move(context)), backend_(std::move(backend)), state_(std::move(state)),
          cache_(clock, std::move(cache_options)),
          reader_(context_->store_name, backend_, state_, state_mutex_, cache_),
          queue_([this](auto group) { return commit(group); }, context_->executor) {}

    [[nodiscard]] outcome apply(operation op) { return queue_.run(std::move(op)); }

    void apply_async(operation op, std::function<void(outcome)> done) {
        queue_.post(std::move(op), std::move(done), this->shared_from_this());
    }

    /// The newest version under an id. Errors: `not_found`, `corrupt_record`, `io`.
    [[nodiscard]] result<record> read(std::string_view id) const { return reader_.read(id); }

    [[nodiscard]] bool contains(std::string_view id) const {
        std::shared_lock const lock(state_mutex_);
        return state_.rows.find(id).has_value() || state_.lost.contains(id);
    }

    [[nodiscard]] std::size_t size() const {
        std::shared_lock const lock(state_mutex_);
        return state_.rows.size();
    }

    /// Runs `inspect(state)` while nothing changes. It must be quick: commits wait.
    template <class Inspect>
    auto inspect(Inspect&& inspect) const {
        std::shared_lock const lock(state_mutex_);
        return std::forward<Inspect>(inspect)(state_);
    }

    /// As `inspect`, and may change where versions lie, which no commit looks at.
    template <class Adjust>
    auto adjust(Adjust&& adjust) {
        std::unique_lock const lock(state_mutex_);
        return std::forward<Adjust>(adjust)(state_);
    }

    /// One row's newest version, or none when the row is gone. Errors: `corrupt_record`, `io`.
    [[nodiscard]] result<std::optional<record>> read_row(row_id row) const {
        MKDB_TRY_ASSIGN(auto found, reader_.read_row(row, caching::fill));
        return found ? std::optional(record{std::move(found->id), std::string(*found->text_held), found->revision})
                     : std::optional<record>{};
    }

    /// As `read_row`, without a copy of the text and without driving what is in use out of the cache.
    [[nodiscard]] result<std::optional<scanned_record>> read_for_scan(row_id row) const {
        return reader_.read_row(row, caching::leave);
    }

    /// Writes what is buffered and syncs what is not yet. Errors: what the log gives; final for the partition.
    [[nodiscard]] result<> flush() {
        result<> done;
        queue_.exclusively([&] { done = flush_as_leader(); });
        return done;
    }

    /// Takes no more writes, since `why` left what is on the disk unknown.
    void stop_writes(error const& why) {
        queue_.exclusively([&] { static_cast<void>(final_on_error(why)); });
    }

    /// Writes what is buffered and gives the log as it is then: a prefix of what was and will be acknowledged. Writes
    /// wait meanwhile. Errors: `closed`, `read_only`, and what the log gives.
    template <class Wanted>
    [[nodiscard]] result<storage::frozen_log<typename Policies::file::file>> freeze(Wanted const& wanted) {
        result<storage::frozen_log<typename Policies::file::file>> frozen;
        queue_.exclusively([&] {
            auto const why = obstacle(0);
            auto const flushed = why ? result<>(*why) : flush_as_leader();
            frozen = flushed ? backend_.freeze(wanted) : decltype(frozen)(flushed.error());
        });
        return frozen;
    }

    /// Replaces the indexes; `build(state)` runs while reads and queries go on and writes wait.
    template <class Build>
    [[nodiscard]] result<> rebuild_indexes(Build&& build) {
        result<> done;
        queue_.exclusively([&] {
            result<index_type> fresh = std::forward<Build>(build)(*this);
            if (!fresh) {
                done = fresh.error();
                return;
            }
            std::unique_lock const lock(state_mutex_);
            state_.indexes = std::move(*fresh);
        });
        return done;
    }

    /// Flushes, closes the log and refuses further commits. Errors: what flushing or closing gives; it is closed anyway.
    [[nodiscard]] result<> close() {
        result<> done;
        queue_.exclusively([&] {
            if (closed_) {
                return;
            }
            done = failed_ ? result<>{} : flush_as_leader();
            closed_ = true;
            if (auto const closed = backend_.close(); !closed && done) {
                done = closed.error();
            }
        });
        return done;
    }

    [[nodiscard]] backend_type const& backend() const noexcept { return backend_; }
    [[nodiscard]] backend_type& backend() noexcept { return backend_; }
    [[nodiscard]] cache_type& cache() noexcept { return cache_; }
    [[nodiscard]] cache_type const& cache() const noexcept { return cache_; }

private:
    using queue_type = commit_queue<operation, outcome>;
    using ticket = typename queue_type::ticket;

    static constexpr std::size_t batch_bytes_limit = 4 * mebibyte;
    static constexpr std::size_t pending_bytes_limit = 32 * mebibyte;
    /// How many versions are published under one hold of the lock: the longest that a reader waits for a big commit.
    static constexpr std::size_t publish_step = 32;

    /// The state under an id as the leader sees it: nobody else changes it, so no lock is held while parsing.
    [[nodiscard]] result<std::optional<base_state>> base_of(std::string_view id) const {
        std::shared_lock lock(state_mutex_);
        auto const row = state_.rows.find(id);
        if (!row) {
            auto const lost = state_.lost.find(id);
            return lost == state_.lost.end() ? std::optional<base_state>{}
                                             : std::optional(base_state{0, lost->second, lost->second, {}, true});
        }
        auto newest = state_.rows.at(*row);
        auto const text = reader_.text_of(*row, newest, id, lock);
        if (!text && text.error().code != errc::corrupt_record) {
            return text.error();
        }
        base_state base{*row, newest.sequence, newest.created, {}, !text.has_value()};
        if (text) {
            MKDB_TRY_ASSIGN(base.fields, document::parse_object(**text));
        }
        return std::optional(std::move(base));
    }

    /// Commits the first few of `group`; returns how many. Called by one thread at a time.
    [[nodiscard]] std::size_t commit(std::span<ticket* const> group) {
        if (auto const why = obstacle(group.size())) {
            std::ranges::for_each(group, [&](ticket* asked) { asked->outcome = *why; });
            return group.size();
        }
        auto const first = context_->feed->reserve(group.size());
        staging work([this](std::string_view id) { return base_of(id); }, context_->nested, first);
        std::size_t taken = 0;
        auto mode = durability::buffered;
        for (; taken < group.size() && work.bytes() < batch_bytes_limit; ++taken) {
            auto& asked = *group[taken];
            asked.outcome = work.apply(asked.operation);
            mode = std::min(mode, asked.operation.mode);
        }
        auto const done = make_durable(work.versions(), mode);
        context_->feed->complete(first, done ? work.take_changes() : std::vector<change>{});
        if (!done) {
            for (auto* asked : group.first(taken)) {
                if (*asked->outcome) {
                    asked->outcome = done.error();
                }
            }
        }
        return taken;
    }

    /// Why no commit can be taken now, if so.
    [[nodiscard]] std::optional<error> obstacle(std::size_t operations) const {
        auto const store = "Store '" + context_->store_name + "' ";
        if (closed_) {
            return fail(errc::closed, store + "is closed");
        }
        if (failed_) {
            return fail(errc::read_only, store + "is read-only since a write failed: " + failed_->message);
        }
        if (state_.rows.rows_left() < operations) {
            return fail(errc::limit_exceeded, store + "has made 2^32 records since it was opened: open it again");
        }
        return std::nullopt;
    }

    /// Logs as `mode` asks, then publishes. On an error nothing of it is visible, and unless the log only had no room
    /// the partition takes no more writes.
    [[nodiscard]] result<> make_durable(std::vector<staged_version> const& versions, durability mode) {
        if (mode == durability::buffered && !fills_buffer(versions)) {
            publish(versions, nullptr);
            return arm_flush();
        }
        auto batch = make_batch(state_.pending, versions);
        MKDB_TRY(write_batch(batch, mode == durability::buffered ? durability::sync : mode));
        settle_pending(batch);
        publish(versions, &batch);
        return {};
    }

    /// Whether more would wait than may. Such versions go to the log with all that waits, so that they are seen only
    /// when the disk took them.
    [[nodiscard]] bool fills_buffer(std::vector<staged_version> const& versions) const {
        auto const more = std::ranges::count_if(versions, [this](staged_version const& each) {
            return each.to_log() && !state_.pending.contains(each.id);
        });
        return state_.pending.size() + static_cast<std::size_t>(more) >= context_->max_pending ||
               state_.pending_bytes() >= pending_bytes_limit;
    }

    [[nodiscard]] result<> write_batch(commit_batch& batch, durability mode) {
        if (!batch.empty()) {
            MKDB_TRY(final_on_error(backend_.append(batch.records, batch.locations)));
            unsynced_ = true;
        }
        if (mode == durability::sync && unsynced_) {
            MKDB_TRY(final_on_error(backend_.sync()));
            unsynced_ = false;
        }
        return unsynced_ ? arm_flush() : result<>{};
    }

    [[nodiscard]] result<> final_on_error(result<> done) {
        if (!done && !storage::left_no_trace(done.error())) {
            failed_ = done.error();
            context_->on_failure(*failed_);
        }
        return done;
    }

    [[nodiscard]] result<> flush_as_leader() {
        if (failed_) {
            return fail(errc::read_only, failed_->message);
        }
        auto batch = make_batch(state_.pending, {});
        MKDB_TRY(write_batch(batch, durability::sync));
        settle_pending(batch);
        return {};
    }

    /// One flush is under way at most; it covers all that is written until it runs.
    [[nodiscard]] result<> arm_flush() {
        if (context_->upkeep != nullptr && !flush_armed_.exchange(true)) {
            context_->upkeep->after(std::chrono::milliseconds(context_->debounce_ms), [weak = this->weak_from_this()] {
                if (auto const self = weak.lock()) {
                    self->flush_armed_ = false;
                    // A full disk is tried again. Any other failure is final: on_failure and the next writer are told.
                    if (auto const done = self->flush(); !done && storage::left_no_trace(done.error())) {
                        static_cast<void>(self->arm_flush());
                    }
                }
            });
        }
        return {};
    }

    void settle_pending(commit_batch const& batch) {
        if (!state_.pending.empty()) {
            std::unique_lock const lock(state_mutex_);
            state_.settle(batch);
        }
    }

    /// Makes staged versions visible; without a batch they are buffered. Readers get in between steps.
    void publish(std::vector<staged_version> const& versions, commit_batch const* batch) {
        for (std::size_t at = 0; at < versions.size(); at += publish_step) {
            auto const step = std::span(versions).subspan(at, std::min(publish_step, versions.size() - at));
            std::unique_lock const lock(state_mutex_);
            for (auto const& version : step) {
                publish_one(version, batch);
            }
        }
    }

    void publish_one(staged_version const& version, commit_batch const* batch) {
        if (version.sequence == 0) {
            return;
        }
        bool const logged = batch != nullptr && version.to_log();
        auto const row = state_.publish(version, logged ? batch->location_of(version.sequence) : storage::location{});
        if (version.before && !version.keeps_row()) {
            cache_.erase(version.before->row);
        }
        if (batch == nullptr && version.to_log()) {
            state_.buffer(version);
        } else if (row) {
            cache_.put(*row, version.text, version.sequence);
        }
    }

    std::shared_ptr<partition_context> context_;
    backend_type backend_;
    mutable std::shared_mutex state_mutex_;
    state_type state_;
    mutable cache_type cache_;
    version_reader<Policies> reader_;
    queue_type queue_;
    // The leader's own:
    std::optional<error> failed_;
    bool unsynced_ = false;
    bool closed_ = false;
    std::atomic<bool> flush_armed_{false};
};

} // namespace mkdb::engine
