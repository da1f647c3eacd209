#pragma once

#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// What a database hands to a partition of its own.
struct partition_opening {
    std::filesystem::path directory;          ///< Of its log.
    std::shared_ptr<engine::space_gate> disk; ///< Null: nothing is kept for the time when it is full.
};

/// How far the opening of a store has come with reading one partition's log.
struct opening_progress {
    std::string store;
    std::uint32_t partition = 0;
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0; ///< Of the log; less is read where there is a checkpoint.
};

/// All that a database hands to a store that it opens.
template <class Policies>
struct store_opening {
    std::string name;
    std::vector<partition_opening> partitions; ///< By number; fixed when the store was made.
    bool was_open_before = false; ///< Sequences of it may have been seen that its log does not hold.
    store_options options;
    typename Policies::storage::options storage;
    typename engine::engine_types<Policies>::environment_type* environment = nullptr;
    engine::task_executor executor;
    engine::timer* upkeep = nullptr;
    std::function<void(error)> on_failure;
    std::function<void(std::string const&)> on_recovery; ///< Damage was found, and healed or not. From any thread.
    std::size_t threads = 1;                                 ///< For opening partitions side by side.
    std::function<void(opening_progress const&)> on_progress; ///< Called from these threads, by one at a time.
    std::function<void(std::string const&)> on_notice; ///< Of upkeep: something that an operator should see.

    /// The options, with the number of partitions that the store was made with.
    [[nodiscard]] store_options partitioned_options() && {
        options.partitions = static_cast<std::uint32_t>(partitions.size());
        return std::move(options);
    }
};

/// The name of the directory of a partition's log.
[[nodiscard]] inline std::string partition_directory(std::uint32_t number) {
    auto const digits = std::to_string(number);
    return "p" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

} // namespace mkdb
