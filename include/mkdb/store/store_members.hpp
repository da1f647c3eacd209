#pragma once

#include <mkdb/core/scope_exit.hpp>
#include <mkdb/store/store.hpp>

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>
#include <variant>
#include <vector>

// Apart from the class and not inline, so that a program which instantiates it once (`extern template`) compiles them
// once.
namespace mkdb {

template <class Policies>
auto basic_store<Policies>::write(write_request request) -> result<write_outcome> {
    return commit(std::move(request));
}

template <class Policies>
void basic_store<Policies>::async_write(write_request request, write_handler handler) {
    commit_async(std::move(request), std::move(handler));
}

template <class Policies>
auto basic_store<Policies>::erase(erase_request request) -> result<write_outcome> {
    return commit(std::move(request));
}

template <class Policies>
void basic_store<Policies>::async_erase(erase_request request, write_handler handler) {
    commit_async(std::move(request), std::move(handler));
}

template <class Policies>
auto basic_store<Policies>::batch(std::vector<batch_operation> operations) -> result<std::vector<write_outcome>> {
    if (operations.size() > limits::batch_operations) {
        return fail(errc::limit_exceeded, "A batch of " + std::to_string(operations.size()) +
                                              " operations; the limit is " + std::to_string(limits::batch_operations));
    }
    if (operations.empty()) {
        return std::vector<write_outcome>{};
    }
    try {
        written_fields found;
        std::vector<engine::operation> prepared;
        for (auto& each : operations) {
            auto one = std::visit([&](auto& asked) { return prepare(std::move(asked), found); }, each);
            if (!one) {
                return engine::at_position(prepared.size(), std::move(one).error());
            }
            prepared.push_back(std::move(*one));
        }
        std::shared_lock const not_while_freezing(batches_);
        auto outcomes = engine::atomic_batch<partition_type>(partitions_, *context_).run(prepared);
        if (outcomes) {
            remember_written(*options_, found);
        }
        return outcomes;
    } catch (std::bad_alloc const&) {
        return out_of_memory(name()); // Nothing of it has happened.
    }
}

template <class Policies>
auto basic_store<Policies>::read(std::string_view id) const -> result<record> {
    MKDB_TRY_ASSIGN(auto found, partition_for(id).read(id));
    if (is_over(found.json, expiry_of(options_->snapshot()))) {
        return fail(errc::not_found, "Record '" + std::string(id) + "' not found in store '" + name() + "'");
    }
    return found;
}

template <class Policies>
auto basic_store<Policies>::query(query::request const& request, query_budget budget) const -> result<query_page> {
    auto const now = options_->snapshot();
    auto const nested = now->nested_queries;
    if (auto const expiry = expiry_of(now); expiry.is_kept()) {
        return engine::run_query(partitions_, query::of_kept(request, expiry), limited(std::move(budget)),
                                 environment_->clock, tokenizer_, nested);
    }
    return engine::run_query(partitions_, request, limited(std::move(budget)), environment_->clock, tokenizer_, nested);
}

template <class Policies>
auto basic_store<Policies>::explain(query::request const& request, query_budget budget) const
    -> result<query::explanation> {
    auto const now = options_->snapshot();
    auto const nested = now->nested_queries;
    if (auto const expiry = expiry_of(now); expiry.is_kept()) {
        return engine::explain_query(partitions_, query::of_kept(request, expiry), limited(std::move(budget)),
                                     environment_->clock, tokenizer_, nested);
    }
    return engine::explain_query(partitions_, request, limited(std::move(budget)), environment_->clock, tokenizer_,
                                 nested);
}

template <class Policies>
auto basic_store<Policies>::generate_id() -> result<std::string> {
    return ids_.next(options_->snapshot()->ids, [this](std::string_view id) { return partition_for(id).contains(id); });
}

template <class Policies>
auto basic_store<Policies>::size() const -> std::uint64_t {
    std::uint64_t total = 0;
    for (auto const& partition : partitions_) {
        total += partition->size();
    }
    return total;
}

template <class Policies>
auto basic_store<Policies>::reconfigure(store_options wanted) -> result<> {
    std::lock_guard const one_at_a_time(reconfigure_mutex_);
    auto const before = options();
    wanted.partitions = before.partitions;
    MKDB_TRY(check_store_options<Policies>(wanted));
    bool const same_names = wanted.nested_queries == before.nested_queries;
    text::field_tokenizers const words_now(tokenizer_, &wanted.languages);
    text::field_tokenizers const words_before(tokenizer_, &before.languages);
    auto const kept = [&](std::string const& field) {
        auto const now = wanted.schema.find(field);
        auto const was = before.schema.find(field);
        bool const same_kind = now != wanted.schema.end() && was != before.schema.end() && now->second == was->second;
        return same_names && same_kind && words_now.language_of(field) == words_before.language_of(field);
    };
    bool const other_indexes = !same_names || wanted.schema != before.schema || wanted.languages != before.languages;
    auto const indexes = growth();
    scope_fail limited_as_before([&] { indexes.limit(before); });
    indexes.limit(wanted); // First: it is for the indexes that are built here, too.
    if (other_indexes) {
        MKDB_TRY(indexes.grow(wanted, kept));
    }
    scope_fail abandoned([&] { indexes.abandon(); });
    std::vector<index_type> old;
    MKDB_TRY(unique_->change(engine::unique_fields_of(wanted), [&] {
        if (other_indexes) {
            old = indexes.adopt(kept);
        }
    }));
    abandoned.release();
    limited_as_before.release();
    options_->update([&](store_options& now) { now = std::move(wanted); });
    apply_settings();
    indexes.end(std::move(old));
    return {};
}

template <class Policies>
auto basic_store<Policies>::rebuild_indexes() -> result<> {
    std::lock_guard const one_at_a_time(reconfigure_mutex_);
    auto const none = [](std::string const&) { return false; };
    auto const indexes = growth();
    MKDB_TRY(indexes.grow(options(), none));
    scope_fail abandoned([&] { indexes.abandon(); });
    auto old = indexes.adopt(none);
    abandoned.release();
    indexes.end(std::move(old));
    return {};
}

template <class Policies>
auto basic_store<Policies>::discover_fields() -> result<std::vector<std::string>> {
    field_discovery found(options_->snapshot()->schema);
    MKDB_TRY(for_each([&](record const& each) { return found.add_record(each.json); }));
    return remember_fields(*options_, found.new_fields());
}

template <class Policies>
auto basic_store<Policies>::reap() -> result<std::uint64_t> {
    auto const now = options_->snapshot();
    auto const expiry = expiry_of(now);
    reaped_records all;
    for (all.more = expiry.is_kept(); all.more;) {
        auto round = reap_round(partitions_, expiry, now->nested_queries, reaped_at_once, [] { return true; });
        all.deleted += round.deleted;
        all.more = round.more;
        all.failure = all.failure ? std::move(all.failure) : std::move(round.failure);
    }
    return all.failure ? result<std::uint64_t>(*std::move(all.failure)) : result<std::uint64_t>(all.deleted);
}

template <class Policies>
auto basic_store<Policies>::reap_for_a_while() const -> reaped_records {
    auto const now = options_->snapshot();
    auto const expiry = expiry_of(now);
    if (!expiry.is_kept()) {
        return {};
    }
    std::optional<clock::monotonic_time> end; // From the first deletion on, so that each round has one.
    auto const go_on = [&] {
        auto const present = environment_->clock.monotonic();
        end = end.value_or(present + reaped_for);
        return present <= *end && !reaping_->is_stopped();
    };
    return reap_round(partitions_, expiry, now->nested_queries, reaped_at_once, go_on);
}

template <class Policies>
auto basic_store<Policies>::make_reaping() -> std::shared_ptr<periodic_task> {
    return std::make_shared<periodic_task>(context_->upkeep, [weak = this->weak_from_this(), told = false]() mutable {
        auto const self = weak.lock();
        if (!self) {
            return false;
        }
        auto const round = self->reap_for_a_while();
        if (round.failure && !std::exchange(told, true) && self->on_notice_) {
            self->on_notice_("records that are over could not be deleted, which is tried again: " +
                             round.failure->message);
        }
        told = told && round.failure.has_value();
        return round.more;
    });
}

template <class Policies>
auto basic_store<Policies>::flush() -> result<> {
    for (auto const& partition : partitions_) {
        MKDB_TRY(partition->flush());
    }
    return {};
}

template <class Policies>
auto basic_store<Policies>::compact() -> result<compaction_report> {
    return upkeep_->compaction().run();
}

template <class Policies>
void basic_store<Policies>::pause_compaction() {
    upkeep_->compaction().pause();
}

template <class Policies>
void basic_store<Policies>::resume_compaction() {
    upkeep_->compaction().resume();
}

template <class Policies>
auto basic_store<Policies>::scrub() -> result<scrub_report> {
    return upkeep_->scrubbing().run();
}

template <class Policies>
void basic_store<Policies>::pause_scrub() {
    upkeep_->scrubbing().pause();
}

template <class Policies>
void basic_store<Policies>::resume_scrub() {
    upkeep_->scrubbing().resume();
}

template <class Policies>
auto basic_store<Policies>::checkpoint() -> result<> {
    return upkeep_->checkpoints().run();
}

template <class Policies>
auto basic_store<Policies>::close() -> result<> {
    reaping_->stop();
    index_watch_->stop();
    auto outcome = upkeep_->finish();
    for (auto const& partition : partitions_) {
        if (auto const closed = partition->close(); !closed && outcome) {
            outcome = closed.error();
        }
    }
    return outcome;
}

template <class Policies>
auto basic_store<Policies>::statistics() const -> store_statistics {
    auto all = collect_statistics(partitions_, *feed_);
    upkeep_->describe(all);
    return all;
}

template <class Policies>
auto basic_store<Policies>::open(store_opening<Policies> opening) -> result<std::shared_ptr<basic_store>> {
    MKDB_TRY(check_store_options<Policies>(opening.options));
    bool const was_open_before = opening.was_open_before;
    opening_manner const manner{opening.threads, std::move(opening.on_progress)};
    auto opened = std::shared_ptr<basic_store>(new basic_store(std::move(opening)));
    MKDB_TRY_ASSIGN(auto partitions,
                    open_partitions(opened->surroundings_, opened->places_, *opened->options_->snapshot(), manner));
    for (auto& each : partitions) {
        opened->recovery_.push_back(std::move(each.report));
        opened->partitions_.push_back(std::move(each.partition));
    }
    for (std::uint32_t number = 0; number < partitions.size(); ++number) {
        MKDB_TRY(opened->complete_batch(number, partitions[number].redo));
    }
    MKDB_TRY(opened->begin_work(was_open_before));
    return opened;
}

template <class Policies>
auto basic_store<Policies>::complete_batch(std::uint32_t number, std::optional<std::string> const& redo) -> result<> {
    if (redo) {
        MKDB_TRY_ASSIGN(auto done, engine::complete_batch<partition_type>(partitions_, number, *redo));
        std::ranges::move(done, std::back_inserter(recovery_[number].notes));
    }
    return {};
}

template <class Policies>
auto basic_store<Policies>::begin_work(bool was_open_before) -> result<> {
    std::uint64_t last_sequence = 0;
    for (auto const& partition : partitions_) {
        last_sequence = std::max(last_sequence, partition->backend().last_sequence());
    }
    // Also where a crash took the store's identity and left its logs.
    if (was_open_before || last_sequence > 0) {
        number_after(last_sequence + sequence_reserve, *feed_, partitions_);
    }
    upkeep_.emplace(partitions_, *environment_, places_, *context_, on_notice_);
    reaping_ = make_reaping();
    index_watch_ = watch_indexes(context_->upkeep, partitions_, on_notice_);
    apply_settings();
    unique_.emplace(partitions_);
    for (auto const& note : unique_->begin(engine::unique_fields_of(*options_->snapshot()))) {
        if (on_notice_) {
            on_notice_(note);
        }
    }
    if (options_->snapshot()->auto_discover_on_boot) {
        MKDB_TRY(discover_fields());
    }
    return {};
}

} // namespace mkdb
