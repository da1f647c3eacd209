#pragma once

#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition.hpp>

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
