#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/check.hpp>
#include <mkdb/document/id.hpp>
#include <mkdb/engine/atomic_batch.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/engine/complete_batch.hpp>
#include <mkdb/engine/partition.hpp>
#include <mkdb/engine/partition_query.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/query/kept_records.hpp>
#include <mkdb/query/parse.hpp>
#include <mkdb/store/check_store_options.hpp>
#include <mkdb/store/expiry_clock.hpp>
#include <mkdb/store/field_discovery.hpp>
#include <mkdb/store/id_generator.hpp>
#include <mkdb/store/index_growth.hpp>
#include <mkdb/store/index_watch.hpp>
#include <mkdb/store/live_options.hpp>
#include <mkdb/store/open_partition.hpp>
#include <mkdb/store/opening.hpp>
#include <mkdb/store/periodic_task.hpp>
#include <mkdb/store/reaper.hpp>
#include <mkdb/store/statistics.hpp>
#include <mkdb/store/store_upkeep.hpp>
#include <mkdb/store/uniqueness.hpp>
#include <mkdb/store/visit_records.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb {

/// A named collection of records, hash-partitioned by id.
///
/// Thread safety: safe from any thread. Held by a shared pointer; obtained from a database.
template <class Policies>
class basic_store : public std::enable_shared_from_this<basic_store<Policies>> {
public:
    using types = engine::engine_types<Policies>;
    using environment_type = typename types::environment_type;
    using storage_options = typename Policies::storage::options;
    using write_handler = std::function<void(result<write_outcome>)>;

    [[nodiscard]] std::string const& name() const noexcept { return context_->store_name; }

    [[nodiscard]] store_options options() const { return *options_->snapshot(); }

    /// Merges `delta` into the record, or creates it. Returns when the write is as durable as its mode promises.
    ///
    /// Errors: `invalid_argument`, `limit_exceeded`, `revision_conflict`, `value_taken`, `corrupt_record`: nothing
    /// changed. `out_of_memory` likewise. `read_only`, `closed`: the store takes no writes. `outcome_unknown`, `io`,
    /// `no_space`: the log failed under it. Memory that is short when the write is in the log already ends the process.
    /// Thread safety: safe; concurrent writers share one sync.
    [[nodiscard]] result<write_outcome> write(write_request request);

    /// As `write`; `handler` runs on the committing thread, or in this one when the request is refused at once. It must
    /// not throw. `std::bad_alloc` comes out of this when there is no memory to take the request: nobody is answered.
    void async_write(write_request request, write_handler handler);

    /// Creates a record under an id that the store makes.
    [[nodiscard]] result<write_outcome> insert(boost::json::object fields) {
        return write({.delta = std::move(fields)});
    }

    /// Deletes a record; deleting what is not there succeeds. Errors: as `write`.
    [[nodiscard]] result<write_outcome> erase(erase_request request);

    void async_erase(erase_request request, write_handler handler);

    /// Writes and deletes in order, all or none of them, also over a crash and in several partitions; later operations
    /// see what earlier ones did. Returns when the log is synced. Readers may meet a part of it before the whole is
    /// visible.
    ///
    /// Errors: as `write`, with the position of the operation, counted from 0; `limit_exceeded` for more than
    /// `limits::batch_operations` or `limits::batch_bytes`. Nothing changed, but for `outcome_unknown`: whether all of
    /// it is there or nothing shows when the store is opened again.
    /// Not to be called by a handler or a listener: it waits for the commits that are on their way.
    /// Complexity: two syncs one after another when it goes over several partitions, whose other writers wait.
    [[nodiscard]] result<std::vector<write_outcome>> batch(std::vector<batch_operation> operations);

    /// The newest version of a record. Errors: `not_found`; `corrupt_record` when its bytes are damaged beyond
    /// restoring. Complexity: one directory lookup, and one read of the log when the cache does not have it.
    [[nodiscard]] result<record> read(std::string_view id) const;

    /// Errors: `query_syntax` with a message that names what is wrong. Words are taken in the languages that fields
    /// have now: the request asks for the same when they have others.
    [[nodiscard]] result<query::request> parse_query(boost::json::object const& body) const {
        auto const now = options_->snapshot();
        return query::parse_request(body, {now->default_query_limit, now->query_recursion_limit, &now->languages},
                                    tokenizer_);
    }

    /// Errors: `query_timeout`, `cancelled`, `corrupt_record` when a record that must be checked is damaged, `io`.
    /// Complexity: follows the records that indexes cannot rule out; all records without an index.
    [[nodiscard]] result<query_page> query(query::request const& request, query_budget budget = {}) const;

    /// Runs a query to tell how it is answered: which indexes, how many records they were expected to leave and left,
    /// how many were read, and the time. Errors and complexity: as `query`.
    [[nodiscard]] result<query::explanation> explain(query::request const& request, query_budget budget = {}) const;

    /// An id that no record has and that was not handed out lately; nothing is written.
    [[nodiscard]] result<std::string> generate_id();

    [[nodiscard]] std::uint64_t size() const;

    /// Calls `listener` with every change that commits from now on, in order of sequence.
    [[nodiscard]] subscription subscribe(change_listener listener) { return subscription(feed_, std::move(listener)); }

    /// Visits records in no promised order until `visit` returns false; skips damaged ones and counts them. Errors:
    /// `io`.
    template <class Visit>
    [[nodiscard]] result<std::uint64_t> for_each(Visit&& visit) const {
        auto const is_kept = [this, expiry = expiry_of(options_->snapshot())](std::string_view json) {
            return !is_over(json, expiry);
        };
        return visit_records(partitions_, is_kept, std::forward<Visit>(visit));
    }

    /// Takes new settings. Indexes of fields that get another kind or another language are built first, from the
    /// records; reads, queries and writes go on, and queries find them when all are complete. No index answers a
    /// request of another language than its own. Fields become unique when no two records are found to share a value;
    /// until that is known, writes are held to it already.
    ///
    /// Errors: `invalid_argument`; `unsupported` for an index kind or a language that the program was not built with;
    /// `value_taken` for a field that cannot be unique, since two records share a value; `io`; nothing changed. Not to
    /// be called by a listener or handler when unique fields change: it waits for the commits that are on their way.
    [[nodiscard]] result<> reconfigure(store_options wanted);

    /// Builds all indexes anew from the records, beside those that are asked meanwhile. Errors: `io`.
    [[nodiscard]] result<> rebuild_indexes();

    /// Looks for top-level fields that the schema does not have, adds them unindexed, and returns them: as many as
    /// there is room for under `limits::discovered_fields`.
    [[nodiscard]] result<std::vector<std::string>> discover_fields();

    /// Deletes the records that are over, also those that nobody can read; returns how many. That happens by itself
    /// every second. Errors: those of writes; a partition that has one keeps no other from its deletions.
    [[nodiscard]] result<std::uint64_t> reap();

    /// Writes what is buffered and syncs the log. Errors: the log's; final for the store.
    [[nodiscard]] result<> flush();

    /// Rewrites the segments whose dead bytes are worth it, and gives back what they took; reads and writes go on.
    ///
    /// Errors: `unsupported` when the storage has nothing to compact; `cancelled` while it is paused or when the store
    /// is closed meanwhile; `closed`; `no_space`, `io`, `read_only`: what was finished before is kept.
    /// Complexity: reads the segments that are chosen and writes what is live in them.
    [[nodiscard]] result<compaction_report> compact();

    /// Returns when no compaction is at work; none goes on until `resume_compaction` was called as often.
    void pause_compaction();
    void resume_compaction();

    /// Reads all that is stored and what protects it, heals what is damaged, and makes the parity that is missing;
    /// reads and writes go on. Errors: `unsupported` when the storage has nothing to scrub; `cancelled` while it is
    /// paused or when the store is closed meanwhile; `closed`; `io`, `no_space`: what could be done was.
    [[nodiscard]] result<scrub_report> scrub();

    /// Returns when neither a scrub nor the making of parity is at work; none goes on until `resume_scrub` was called
    /// as often.
    void pause_scrub();
    void resume_scrub();

    /// Writes a checkpoint of every partition that has changed since its last, so that opening reads little of the log.
    /// That happens by itself as `checkpoint_bytes` says, and when the store is closed. Reads go on; writes to a
    /// partition wait while its directory and indexes are copied. Where many of its indexes lie on a disk that is too
    /// much for RAM: then none is written by itself but at closing, for a minute at most, and writes to the partition
    /// wait until all of it is written. Closing ends this call.
    ///
    /// Errors: `unsupported` when the storage knows no marks; `closed`; those of the log, which are final for the
    /// store; `io` and `no_space` of the checkpoint itself, which harm nothing.
    [[nodiscard]] result<> checkpoint();

    /// The log of each partition, frozen: see `basic_database::backup`. No batch is in some of them and missing from
    /// others; single writes go on in those that are not being frozen. Errors: those of `partition::freeze`.
    template <class Wanted>
    [[nodiscard]] result<std::vector<storage::frozen_log<typename Policies::file::file>>> freeze(Wanted const& wanted) {
        std::unique_lock const no_batches(batches_);
        std::vector<storage::frozen_log<typename Policies::file::file>> all;
        for (auto const& partition : partitions_) {
            MKDB_TRY_ASSIGN(auto frozen, partition->freeze(wanted));
            all.push_back(std::move(frozen));
        }
        return all;
    }

    /// Flushes and closes; later calls that change something fail with `errc::closed`. Errors: the log's; also when a
    /// write failed before this, since what was answered without a sync may be lost then. It is closed anyway.
    [[nodiscard]] result<> close();

    [[nodiscard]] store_statistics statistics() const;

    /// What opening found: torn tails, damage, strangers.
    [[nodiscard]] std::vector<storage::recovery_report> const& recovery() const noexcept { return recovery_; }

    /// For `basic_database`: opens the store's partitions over their logs. Errors: those of the files.
    [[nodiscard]] static result<std::shared_ptr<basic_store>> open(store_opening<Policies> opening);

private:
    using partition_type = engine::partition<Policies>;
    using index_type = typename types::index_type;

    explicit basic_store(store_opening<Policies> opening)
        : environment_(opening.environment),
          options_(std::make_shared<live_options>(std::move(opening).partitioned_options())),
          places_(std::move(opening.partitions)), feed_(std::make_shared<engine::change_feed>()),
          context_(std::make_shared<engine::partition_context>()), surroundings_{environment_, &tokenizer_, context_,
                                                                                 std::move(opening.storage)},
          ids_(opening.environment->random), expiries_(opening.environment->clock) {
        context_->store_name = std::move(opening.name);
        context_->feed = feed_;
        context_->executor = std::move(opening.executor);
        context_->upkeep = opening.upkeep;
        context_->on_failure = std::move(opening.on_failure);
        context_->on_recovery = std::move(opening.on_recovery);
        on_notice_ = std::move(opening.on_notice);
    }

    [[nodiscard]] partition_type& partition_for(std::string_view id) const {
        return *partitions_[partition_of(id, static_cast<std::uint32_t>(partitions_.size()))];
    }

    template <class Request>
    [[nodiscard]] result<write_outcome> commit(Request request) {
        try {
            written_fields found;
            MKDB_TRY_ASSIGN(auto op, prepare(std::move(request), found));
            auto& partition = partition_for(op.id);
            auto outcome = partition.apply(std::move(op));
            if (outcome) {
                remember_written(*options_, found);
            }
            return outcome;
        } catch (std::bad_alloc const&) {
            return out_of_memory(name()); // It was not queued.
        }
    }

    template <class Request>
    void commit_async(Request request, write_handler handler) {
        written_fields found;
        auto op = prepare(std::move(request), found);
        if (!op) {
            handler(op.error());
            return;
        }
        auto& partition = partition_for(op->id);
        partition.apply_async(std::move(*op), remembering(options_, std::move(found), std::move(handler)));
    }

    /// `found`: what the schema gets if the write succeeds.
    [[nodiscard]] result<engine::operation> prepare(write_request request, written_fields& found) {
        auto const now = options_->snapshot();
        auto const expiry = expiry_of(now);
        if (request.ttl) {
            MKDB_TRY(document::set_expiry(request.delta, expiry, *request.ttl, now->nested_queries));
        }
        MKDB_TRY(document::check_delta(request.delta, now->nested_queries));
        if (request.id.empty()) {
            MKDB_TRY_ASSIGN(request.id, generate_id());
        }
        MKDB_TRY(document::check_id(request.id));
        if (now->auto_discover_on_write) {
            collect_fields(*now, request.delta, found);
        }
        return engine::operation{change::kind::write,
                                 std::move(request.id),
                                 std::move(request.delta),
                                 request.if_revision,
                                 request.mode.value_or(now->mode),
                                 rules_of(now),
                                 now->json_schema,
                                 now->nested_queries,
                                 expiry};
    }

    [[nodiscard]] static std::shared_ptr<document::field_rules const> rules_of(live_options::snapshot_type const& now) {
        return now->rules.empty() ? nullptr : std::shared_ptr<document::field_rules const>(now, &now->rules);
    }

    [[nodiscard]] result<engine::operation> prepare(erase_request request, written_fields&) const {
        MKDB_TRY(document::check_id(request.id));
        auto const now = options_->snapshot();
        engine::operation erase{
            change::kind::erase, std::move(request.id), {}, request.if_revision, request.mode.value_or(now->mode)};
        erase.expiry = expiry_of(now);
        return erase;
    }

    [[nodiscard]] bool is_over(std::string_view json, document::expiry const& expiry) const {
        if (!expiry.is_kept()) {
            return false;
        }
        auto const fields = document::parse_object(json);
        return fields && document::is_over(*fields, expiry, context_->nested);
    }

    [[nodiscard]] document::expiry expiry_of(live_options::snapshot_type const& now) const {
        return now->ttl_field.empty()
                   ? document::expiry{}
                   : document::expiry{std::shared_ptr<std::string const>(now, &now->ttl_field), expiries_.now_ms()};
    }

    /// `budget` with the store's time limit, unless it has one.
    [[nodiscard]] query_budget limited(query_budget budget) const {
        auto const limit = options_->snapshot()->max_query_time;
        if (limit.count() > 0 && !budget.time_limit) {
            budget.time_limit = limit;
        }
        return budget;
    }

    /// Hands the current options to the partitions.
    void apply_settings() {
        auto const now = options_->snapshot();
        context_->nested = now->nested_queries;
        context_->debounce_ms = now->debounce_window.count();
        context_->max_pending = now->max_pending;
        upkeep_->apply(*now);
        // What lies on disks stays there when the limit goes.
        bool const watched = now->index_ram_bytes != 0 || std::ranges::any_of(partitions_, [](auto const& each) {
                                 return each->index_memory()->disk_bytes() > 0;
                             });
        index_watch_->apply(watched ? index_watch_interval : std::chrono::milliseconds(0));
        reaping_->apply(now->ttl_field.empty() ? std::chrono::milliseconds(0) : reaping_interval);
        for (auto const& partition : partitions_) {
            partition->cache().reconfigure(cache_share(*now));
        }
        growth().limit(*now);
    }

    [[nodiscard]] index_growth<Policies> growth() const { return {surroundings_, partitions_}; }

    /// Before anything else is written: what a crash kept from a batch that partition `number` has.
    [[nodiscard]] result<> complete_batch(std::uint32_t number, std::optional<std::string> const& redo);

    [[nodiscard]] result<> begin_work(bool was_open_before);
    [[nodiscard]] std::shared_ptr<periodic_task> make_reaping();
    /// One part of it, for the upkeep timer.
    [[nodiscard]] reaped_records reap_for_a_while() const;

    static constexpr std::size_t reaped_at_once = 1000;
    /// Other tasks of the timer sync what writers were promised to be synced soon.
    static constexpr std::chrono::milliseconds reaped_for{50};
    static constexpr std::chrono::milliseconds reaping_interval{1000};
    static constexpr std::chrono::milliseconds index_watch_interval{5000};

    /// More than a store can number between two syncs.
    static constexpr std::uint64_t sequence_reserve = std::uint64_t{1} << 24;

    environment_type* environment_;
    typename types::tokenizer_type tokenizer_;
    std::mutex reconfigure_mutex_;
    std::shared_mutex batches_; ///< Shared by each batch while it commits.
    std::shared_ptr<live_options> options_;
    std::vector<partition_opening> places_;
    std::shared_ptr<engine::change_feed> feed_;
    std::shared_ptr<engine::partition_context> context_;
    partition_surroundings<Policies> surroundings_;
    id_generator<typename Policies::random> ids_;
    expiry_clock<typename Policies::clock> expiries_;
    std::vector<std::shared_ptr<partition_type>> partitions_;
    std::vector<storage::recovery_report> recovery_;
    std::function<void(std::string const&)> on_notice_;
    std::optional<uniqueness<partition_type>> unique_; ///< From the opening's end on, as the next.
    std::optional<store_upkeep<Policies>> upkeep_;
    std::shared_ptr<periodic_task> reaping_;
    std::shared_ptr<periodic_task> index_watch_;
};

} // namespace mkdb

#include <mkdb/store/store_members.hpp>
