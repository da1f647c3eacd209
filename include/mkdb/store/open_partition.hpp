#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition.hpp>
#include <mkdb/engine/partition_open.hpp>
#include <mkdb/storage/numbering.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace mkdb {

/// What opening the partitions of one store has in common.
template <class Policies>
struct partition_surroundings {
    using types = engine::engine_types<Policies>;

    typename types::environment_type* environment = nullptr;
    typename types::tokenizer_type const* tokenizer = nullptr;
    std::shared_ptr<engine::partition_context> context;
    typename Policies::storage::options storage;
};

/// Each partition's share of the cache that its store may have. Pure.
[[nodiscard]] inline cache::options cache_share(store_options const& wanted) {
    auto share = wanted.cache;
    auto const parts = wanted.partitions;
    share.max_entries = (share.max_entries + parts - 1) / parts;
    share.max_bytes = (share.max_bytes + parts - 1) / parts;
    return share;
}

template <class Policies>
[[nodiscard]] result<std::uint64_t> random_seed(typename engine::engine_types<Policies>::environment_type& environment) {
    std::uint64_t seed = 0;
    MKDB_TRY(environment.random.fill(std::as_writable_bytes(std::span(&seed, 1))));
    return seed;
}

/// The indexes that the schema asks for, empty. Errors: `unsupported`, `invalid_argument`, and those of the random source.
template <class Policies>
[[nodiscard]] result<typename engine::engine_types<Policies>::index_type>
empty_index(partition_surroundings<Policies> const& around, store_options const& wanted) {
    MKDB_TRY_ASSIGN(auto const seed, random_seed<Policies>(*around.environment));
    typename engine::engine_types<Policies>::index_type empty;
    MKDB_TRY(empty.configure(wanted.schema, wanted.nested_queries, *around.tokenizer, seed));
    return empty;
}

/// Opens one partition over its log, with its directory complete and its indexes empty. Errors: those of the files.
/// Complexity: reads all of the log.
template <class Policies>
[[nodiscard]] result<std::shared_ptr<engine::partition<Policies>>>
open_partition(partition_surroundings<Policies> const& around, std::filesystem::path const& directory,
               store_options const& wanted) {
    using types = engine::engine_types<Policies>;
    MKDB_TRY_ASSIGN(auto backend, types::backend_type::open(*around.environment, directory, around.storage));
    MKDB_TRY_ASSIGN(auto const seed, random_seed<Policies>(*around.environment));
    engine::directory_builder builder(seed);
    MKDB_TRY(backend.replay(
        [&](storage::log_record const& each, storage::location const& where) { builder.add(each, where); }));
    MKDB_TRY_ASSIGN(auto empty, empty_index(around, wanted));
    engine::partition_state<typename types::index_type> state(seed, std::move(empty));
    state.lost = builder.take_lost(backend.recovery().lost);
    state.rows = builder.finish();
    return std::make_shared<engine::partition<Policies>>(around.context, std::move(backend), std::move(state),
                                                         around.environment->clock, cache_share(wanted));
}

/// Numbers that a crash took with it may have been seen: none of them is used again. The log is told before one is
/// given out, or another crash, before anything else reaches the log, would bring the same numbers back. If the log
/// cannot keep that, the partitions take no writes.
template <class Partition>
void number_after(std::uint64_t last, engine::change_feed& feed,
                  std::vector<std::shared_ptr<Partition>> const& partitions) {
    feed.start_after(last);
    if constexpr (storage::numbering_backend<typename Partition::backend_type>) {
        if (auto const kept = partitions.front()->backend().spend(last); !kept) {
            for (auto const& each : partitions) {
                each->stop_writes(
                    fail(errc::io, "the log could not keep its sequence numbers: " + kept.error().message));
            }
        }
    }
}

} // namespace mkdb
