#pragma once

#include <mkdb/cache/record_cache.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/environment.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/checkpoint_keeper.hpp>
#include <mkdb/engine/commit_log.hpp>
#include <mkdb/engine/commit_queue.hpp>
#include <mkdb/engine/flush_alarm.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/publisher.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/engine/refuse.hpp>
#include <mkdb/engine/reserved_sequences.hpp>
#include <mkdb/engine/space_gate.hpp>
#include <mkdb/engine/staging.hpp>
#include <mkdb/engine/unique_guard.hpp>
#include <mkdb/engine/unique_values.hpp>
#include <mkdb/engine/version_reader.hpp>
#include <mkdb/index/index_memory.hpp>
#include <mkdb/storage/frozen.hpp>
#include <mkdb/storage/numbering.hpp>
#include <mkdb/storage/scrubbable.hpp>

#include <algorithm>
#include <filesystem>
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

    /// `directory` is that of the log, where a checkpoint may lie.
    partition(std::shared_ptr<partition_context> context, backend_type backend, state_type state,
              typename types::environment_type& environment, std::filesystem::path directory,
              cache::options cache_options, std::shared_ptr<space_gate> disk,
              std::shared_ptr<index::index_memory> index_memory)
        : context_(std::move(context)), backend_(std::move(backend)),
          checkpoint_(environment.files, std::move(directory)), state_(std::move(state)),
          cache_(environment.clock, std::move(cache_options)), log_(*context_, backend_, std::move(disk)),
          reader_(context_->store_name, backend_, state_, state_mutex_, cache_),
          publisher_(state_, state_mutex_, cache_), alarm_(*context_),
          queue_([this](auto group) { return commit(group); }, context_->executor),
          index_memory_(std::move(index_memory)) {}

    [[nodiscard]] outcome apply(operation op) { return queue_.run(std::move(op)); }

    void apply_async(operation op, std::function<void(outcome)> done) {
        queue_.post(std::move(op), std::move(done), this->shared_from_this());
    }

    /// From the next group of writes on; null: nothing is unique. Those that went by what was unique before are visible
    /// when this returns. Not for a callback of a commit, which it would wait for.
    void keep_unique(std::shared_ptr<unique_values const> wanted) noexcept {
        queue_.exclusively([&] { unique_ = std::move(wanted); });
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

    /// As `inspect`, and may change what no commit has looked at when it publishes: where versions lie, the indexes.
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

    /// Makes it durable that no new version gets a sequence up to `last`. Errors: `closed`, `read_only`; the log's.
    [[nodiscard]] result<> spend(std::uint64_t last) requires storage::numbering_backend<backend_type> {
        result<> done;
        queue_.exclusively([&] {
            auto const why = log_.obstacle();
            done = why ? result<>(*why) : backend_.spend(last);
            if (!done && log_.frees_space(done.error())) {
                done = backend_.spend(last);
            }
        });
        return done;
    }

    /// Ends what the log was writing at the last call and still is, so that it can be protected. Where no write is
    /// taken nothing happens; a failure is final, and told to the context.
    void seal_lasting() requires storage::scrubbable_storage<backend_type> {
        queue_.exclusively([&] {
            if (!log_.obstacle()) {
                static_cast<void>(log_.final_on_error(backend_.seal_lasting()));
            }
        });
    }

    /// Takes no more writes, since `why` left what is on the disk unknown.
    void stop_writes(error const& why) {
        queue_.exclusively([&] { static_cast<void>(log_.final_on_error(why)); });
    }

    /// Writes what is buffered and gives the log as it is then: a prefix of what was and will be acknowledged. Writes
    /// wait meanwhile. Errors: `closed`, `read_only`, and what the log gives.
    template <class Wanted>
    [[nodiscard]] result<storage::frozen_log<typename Policies::file::file>> freeze(Wanted const& wanted) {
        result<storage::frozen_log<typename Policies::file::file>> frozen;
        queue_.exclusively([&] {
            auto const why = log_.obstacle();
            auto const flushed = why ? result<>(*why) : flush_as_leader();
            frozen = flushed ? backend_.freeze(wanted) : decltype(frozen)(flushed.error());
        });
        return frozen;
    }

    /// Writes what is buffered, and runs `look(mark, state)` on the state as it is at that mark of the log. Reads go
    /// on, writes wait. Errors: `closed`, `read_only`, and what the log gives; that is final.
    template <class Look>
    [[nodiscard]] result<> at_mark(Look&& look) requires storage::checkpointable_storage<backend_type> {
        result<> done;
        queue_.exclusively([&] {
            auto const why = log_.obstacle();
            done = why ? result<>(*why) : flush_as_leader();
            if (!done) {
                return;
            }
            auto const mark = backend_.mark();
            if (!mark) {
                done = log_.final_on_error(mark.error());
                return;
            }
            std::shared_lock const lock(state_mutex_);
            std::forward<Look>(look)(*mark, std::as_const(state_));
        });
        return done;
    }

    /// Flushes, closes the log and refuses further commits. Errors: what flushing or closing gives; a write that failed
    /// before, since what waited behind it may be lost though it was answered. It is closed anyway.
    [[nodiscard]] result<> close() {
        result<> done;
        queue_.exclusively([&] { done = log_.close([this] { return flush_as_leader(); }); });
        return done;
    }

    [[nodiscard]] backend_type const& backend() const noexcept { return backend_; }
    [[nodiscard]] backend_type& backend() noexcept { return backend_; }
    /// What the indexes of this partition take their memory from.
    [[nodiscard]] std::shared_ptr<index::index_memory> const& index_memory() const noexcept { return index_memory_; }

    [[nodiscard]] cache_type& cache() noexcept { return cache_; }
    [[nodiscard]] cache_type const& cache() const noexcept { return cache_; }

    [[nodiscard]] checkpoint_keeper<typename Policies::file>& checkpoint() noexcept { return checkpoint_; }

private:
    using queue_type = commit_queue<operation, outcome>;
    using ticket = typename queue_type::ticket;

public:
    /// The partition in the hands of a commit that goes over several: nobody else commits while it lives.
    class [[nodiscard]] turn {
    public:
        explicit turn(partition& of) : of_(&of), lead_(of.queue_.take_turn()) {}

        /// Why no commit of so many operations can be taken now, if so.
        [[nodiscard]] std::optional<error> obstacle(std::size_t operations) const { return of_->obstacle(operations); }

        [[nodiscard]] result<std::optional<base_state>> base_of(std::string_view id) const {
            return of_->reader_.base_of(id);
        }

        [[nodiscard]] commit_log<backend_type>& log() noexcept { return of_->log_; }
        /// Null: no field is unique.
        [[nodiscard]] std::shared_ptr<unique_values const> const& unique() const noexcept { return of_->unique_; }
        [[nodiscard]] std::uint64_t last_sequence() const { return of_->backend_.last_sequence(); }
        [[nodiscard]] std::uint64_t hash_seed() const { return of_->state_.rows.seed(); }

        /// Writes what waits and syncs the log. Errors: the log's.
        [[nodiscard]] result<> flush() { return of_->flush_as_leader(); }

        /// What waits for the log, then `versions`, which must outlive the batch unchanged.
        [[nodiscard]] commit_batch batch_of(std::vector<staged_version> const& versions) const {
            return make_batch(of_->state_.pending, versions, hash_seed());
        }

        /// Makes visible what the log has.
        void publish(std::vector<staged_version> const& versions, commit_batch const& logged) noexcept {
            of_->publisher_.settle(logged);
            of_->publisher_.publish(versions, &logged);
        }

        /// Makes visible what the log does not have yet; it is written before anything newer.
        void publish_unlogged(std::vector<staged_version> const& versions) noexcept {
            of_->publisher_.publish(versions, nullptr);
        }

    private:
        partition* of_;
        typename queue_type::turn lead_;
    };

private:
    static constexpr std::size_t batch_bytes_limit = 4 * mebibyte;
    static constexpr std::size_t pending_bytes_limit = 32 * mebibyte;

    /// Commits the first few of `group`; returns how many. Called by one thread at a time.
    /// `std::bad_alloc` comes up to here only while nothing is in the log and nothing visible (docs/design/0105).
    [[nodiscard]] std::size_t commit(std::span<ticket* const> group) noexcept {
        try {
            return stage_and_log(group);
        } catch (std::bad_alloc const&) {
            refuse(group, [this] { return out_of_memory(context_->store_name); });
            return group.size();
        }
    }

    [[nodiscard]] std::size_t stage_and_log(std::span<ticket* const> group) {
        if (auto const why = obstacle(group.size())) {
            refuse(group, [&] { return *why; });
            return group.size();
        }
        reserved_sequences sequences(*context_->feed, group.size());
        std::optional<unique_guard> unique; // Until all is visible or refused.
        if (unique_) {
            unique.emplace(*unique_);
        }
        staging work([this](std::string_view id) { return reader_.base_of(id); }, context_->nested, sequences.first(),
                     state_.rows.seed(), unique ? &*unique : nullptr);
        auto const [taken, wanted] = stage(group, work);
        auto const& versions = work.versions();
        auto const done = make_durable(versions, unique && unique->frees_a_value(versions) ? durability::sync : wanted);
        sequences.complete(done ? work.take_changes() : std::vector<change>{});
        if (!done && log_.frees_space(done.error())) {
            unique.reset();
            return stage_and_log(group); // Again, with the deletions alone: nothing of it has happened yet.
        }
        if (!done) {
            if (unique && log_.failure()) {
                unique->keep_claims();
            }
            refuse(group.first(taken), [&]() noexcept { return done.error(); }); // No other would be true.
        }
        return taken;
    }

    /// Stages the first few of `group`; returns how many, and the strongest mode among them.
    template <class Staging>
    [[nodiscard]] std::pair<std::size_t, durability> stage(std::span<ticket* const> group, Staging& work) {
        std::size_t taken = 0;
        auto mode = durability::buffered;
        bool const full = log_.is_full();
        for (; taken < group.size() && work.bytes() < batch_bytes_limit; ++taken) {
            auto& asked = *group[taken];
            bool const refused = full && asked.operation.what == change::kind::write;
            asked.outcome = refused ? outcome(log_.disk_is_full()) : work.apply(asked.operation);
            mode = std::min(mode, asked.operation.mode);
        }
        return {taken, mode};
    }

    /// Why no commit can be taken now, if so.
    [[nodiscard]] std::optional<error> obstacle(std::size_t operations) const {
        auto why = log_.obstacle();
        if (!why && state_.rows.rows_left() < operations) {
            why = fail(errc::limit_exceeded,
                       "Store '" + context_->store_name + "' has made 2^32 records since it was opened: open it again");
        }
        return why;
    }

    /// Logs as `mode` asks, then publishes. On an error nothing of it is visible, and unless the log only had no room
    /// the partition takes no more writes.
    [[nodiscard]] result<> make_durable(std::vector<staged_version> const& versions, durability mode) {
        if (mode != durability::sync) {
            alarm_.arm(this->weak_from_this()); // First: it needs memory, and what is in the log must not.
        }
        if (mode == durability::buffered && !fills_buffer(versions)) {
            publisher_.publish(versions, nullptr);
            return {};
        }
        auto batch = make_batch(state_.pending, versions, state_.rows.seed());
        MKDB_TRY(log_.write(batch, mode == durability::buffered ? durability::sync : mode));
        publisher_.settle(batch);
        publisher_.publish(versions, &batch);
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

    [[nodiscard]] result<> flush_as_leader() {
        if (log_.failure()) {
            return fail(errc::read_only, log_.failure()->message);
        }
        auto batch = make_batch(state_.pending, {}, state_.rows.seed());
        MKDB_TRY(log_.write_at_all_costs(batch));
        publisher_.settle(batch);
        return {};
    }

    std::shared_ptr<partition_context> context_;
    backend_type backend_;
    checkpoint_keeper<typename Policies::file> checkpoint_;
    mutable std::shared_mutex state_mutex_;
    state_type state_;
    mutable cache_type cache_;
    commit_log<backend_type> log_;
    version_reader<Policies> reader_;
    publisher<state_type, cache_type> publisher_;
    flush_alarm<partition> alarm_;
    queue_type queue_;
    std::shared_ptr<unique_values const> unique_;       ///< The leader's own. Null: no field is unique.
    std::shared_ptr<index::index_memory> index_memory_; ///< For any thread.
};

} // namespace mkdb::engine
