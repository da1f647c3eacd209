#pragma once

#include <mkdb/core/parallel.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/engine/grow_indexes.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition.hpp>
#include <mkdb/engine/recover_state.hpp>
#include <mkdb/file/concept.hpp>
#include <mkdb/index/index_memory.hpp>
#include <mkdb/storage/numbering.hpp>
#include <mkdb/store/adopt_grown.hpp>
#include <mkdb/store/opening.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
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
[[nodiscard]] result<std::uint64_t>
random_seed(typename engine::engine_types<Policies>::environment_type& environment) {
    std::uint64_t seed = 0;
    MKDB_TRY(environment.random.fill(std::as_writable_bytes(std::span(&seed, 1))));
    return seed;
}

/// Each partition's share of the RAM that the indexes of its store may take; 0: no limit. Pure.
[[nodiscard]] inline std::uint64_t index_ram_share(store_options const& wanted) noexcept {
    return (wanted.index_ram_bytes + wanted.partitions - 1) / wanted.partitions;
}

/// For the indexes of a partition. What passes their limit lies in `directory`, where files can be memory.
template <class Files>
[[nodiscard]] std::shared_ptr<index::index_memory>
make_index_memory(Files& files, std::filesystem::path const& directory, store_options const& wanted) {
    index::index_memory::scratch_maker make;
    if constexpr (file::scratch_file_system<Files>) {
        make = [&files, directory] { return files.scratch(directory); };
    }
    return std::make_shared<index::index_memory>(index_ram_share(wanted), std::move(make));
}

/// The indexes that the schema asks for, empty. Precondition: the options are checked. Errors: `unsupported`,
/// `invalid_argument`, and those of the random source.
template <class Policies>
[[nodiscard]] result<typename engine::engine_types<Policies>::index_type>
empty_index(partition_surroundings<Policies> const& around, store_options const& wanted,
            std::shared_ptr<index::index_memory> const& memory = nullptr) {
    MKDB_TRY_ASSIGN(auto const seed, random_seed<Policies>(*around.environment));
    typename engine::engine_types<Policies>::index_type empty;
    text::field_tokenizers const tokenizers(*around.tokenizer, &wanted.languages);
    MKDB_TRY(empty.configure(wanted.schema, wanted.nested_queries, tokenizers, seed, memory));
    return empty;
}

/// A partition and what its opening found.
template <class Policies>
struct opened_partition {
    std::shared_ptr<engine::partition<Policies>> partition;
    storage::recovery_report report;
    std::optional<std::string> redo{}; ///< What its last commit may owe to other partitions.
};

/// Opens one partition over its log, complete. Errors: those of the files.
/// Complexity: reads what the log holds behind the partition's checkpoint, and all of the log without one.
template <class Policies>
[[nodiscard]] result<opened_partition<Policies>>
open_partition(partition_surroundings<Policies> const& around, partition_opening const& place,
               store_options const& wanted, engine::read_progress on_progress) {
    using types = engine::engine_types<Policies>;
    using index_type = typename types::index_type;
    auto& environment = *around.environment;
    MKDB_TRY_ASSIGN(auto backend, types::backend_type::open(environment, place.directory, around.storage));
    MKDB_TRY_ASSIGN(auto const seed, random_seed<Policies>(environment));
    auto const memory = make_index_memory(environment.files, place.directory, wanted);
    engine::state_recovery<typename types::backend_type, typename Policies::file, index_type> recovery(
        backend, environment.files, place.directory, [&] { return empty_index(around, wanted, memory); }, seed,
        std::move(on_progress));
    MKDB_TRY_ASSIGN(auto recovered, recovery.run());
    auto report = backend.recovery();
    std::ranges::move(recovered.notes, std::back_inserter(report.notes));
    auto opened = std::make_shared<engine::partition<Policies>>(
        around.context, std::move(backend), std::move(recovered.state), environment, place.directory,
        cache_share(wanted), place.disk, memory);
    // What a process that ended left of one that it was writing: it may be as large as the indexes.
    if (auto const removed = opened->checkpoint().write(std::size_t{0}).abandon(); !removed) {
        report.notes.push_back("what is left of a checkpoint could not be removed: " + removed.error().message);
    }
    if (recovered.checkpoint_bytes > 0) {
        opened->checkpoint().opened_from(recovered.checkpoint_bytes, recovered.bytes_replayed);
    }
    MKDB_TRY(engine::grow_indexes(*opened, std::move(recovered.unfilled), engine::set_aside::rotten_or_withheld));
    std::ignore = adopt_grown(*opened, [](std::string const&) { return true; });
    return opened_partition<Policies>{std::move(opened), std::move(report), std::move(recovered.redo)};
}

/// How partitions are opened.
struct opening_manner {
    std::size_t threads = 1;
    std::function<void(opening_progress const&)> on_progress; ///< Called by one thread at a time.
};

/// Opens all partitions of a store, side by side. Errors: those of the files, the first by number.
template <class Policies>
[[nodiscard]] result<std::vector<opened_partition<Policies>>>
open_partitions(partition_surroundings<Policies> const& around, std::vector<partition_opening> const& places,
                store_options const& wanted, opening_manner const& manner) {
    std::vector<result<opened_partition<Policies>>> outcomes(places.size());
    std::mutex telling;
    for_each_in_parallel(outcomes.size(), manner.threads, [&](std::size_t at) {
        auto const number = static_cast<std::uint32_t>(at);
        auto const tell = [&, number](std::uint64_t done, std::uint64_t total) {
            std::lock_guard const one_at_a_time(telling);
            manner.on_progress({around.context->store_name, number, done, total});
        };
        outcomes[at] = open_partition(around, places[at], wanted,
                                      manner.on_progress ? engine::read_progress(tell) : engine::read_progress());
    });
    std::vector<opened_partition<Policies>> opened;
    for (auto& each : outcomes) {
        if (!each) {
            return std::move(each).error();
        }
        opened.push_back(std::move(*each));
    }
    return opened;
}

/// Numbers that a crash took with it may have been seen: none of them is used again. The log is told before one is
/// given out, or another crash, before anything else reaches the log, would bring the same numbers back. One log is
/// enough; if none can keep that, the partitions take no writes.
template <class Partition>
void number_after(std::uint64_t last, engine::change_feed& feed,
                  std::vector<std::shared_ptr<Partition>> const& partitions) {
    feed.start_after(last);
    if constexpr (storage::numbering_backend<typename Partition::backend_type>) {
        result<> kept;
        bool const told = std::ranges::any_of(partitions, [&](auto const& each) {
            kept = each->spend(last);
            return kept.has_value();
        });
        for (std::size_t i = 0; !told && i < partitions.size(); ++i) {
            partitions[i]->stop_writes(
                fail(errc::io, "the log could not keep its sequence numbers: " + kept.error().message));
        }
    }
}

} // namespace mkdb
