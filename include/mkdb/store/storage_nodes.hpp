#pragma once

#include <mkdb/core/hex.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/store/identity.hpp>
#include <mkdb/store/opening.hpp>
#include <mkdb/store/sealed_json.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb {

/// A further directory, mostly another disk, on which partitions may lie.
struct storage_node {
    std::string id; ///< Of its file NODE, by which it is known wherever it is mounted.
    std::filesystem::path directory;
};

namespace detail {

inline constexpr std::int64_t node_format_version = 1;

[[nodiscard]] inline result<std::string> understand_node(boost::json::object const& fields) {
    auto const* const version = fields.if_contains("version");
    auto const id = text_of(fields, "id");
    if (version != nullptr && version->is_int64() && version->get_int64() > node_format_version) {
        return fail(errc::format_newer, "was written by a newer version of MkDB");
    }
    return id && !id->empty() ? result<std::string>(*id)
                              : result<std::string>(fail(errc::corrupt_file, "lacks the id of a storage node"));
}

inline constexpr std::size_t random_name_bytes = 16;

template <class Random>
[[nodiscard]] result<std::string> random_name(Random& random) {
    std::array<std::byte, random_name_bytes> bytes{};
    MKDB_TRY(random.fill(bytes));
    return hex(bytes);
}

} // namespace detail

/// The node in `directory`, none while no store uses it. Errors: `io`, `corrupt_file`, `format_newer`.
template <class Files>
[[nodiscard]] result<std::optional<storage_node>> find_node(Files& files, std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(bool const marked, files.exists(directory / "NODE"));
    if (!marked) {
        return std::optional<storage_node>{};
    }
    MKDB_TRY_ASSIGN(auto id, sealed_json::load(files, directory / "NODE", detail::understand_node));
    return std::optional(storage_node{std::move(id), directory});
}

/// Why nothing can be kept in the directory of a storage node.
[[nodiscard]] inline std::string describe_absent_node(std::filesystem::path const& directory) {
    return "Storage node " + directory.string() + " does not exist: mount its disk, or make the directory";
}

/// The node in `directory`, which becomes one when it is none yet. The directory itself is never made: where a disk is
/// not mounted, records would go to the disk below. Errors: `invalid_argument` when it is missing; those of
/// `find_node`.
template <class Files, class Random>
[[nodiscard]] result<storage_node> claim_node(Files& files, Random& random, std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(bool const there, files.exists(directory));
    if (!there) {
        return fail(errc::invalid_argument, describe_absent_node(directory));
    }
    MKDB_TRY_ASSIGN(auto const found, find_node(files, directory));
    if (found) {
        return *found;
    }
    MKDB_TRY_ASSIGN(auto id, detail::random_name(random));
    MKDB_TRY(file::replace_whole(
        files, directory / "NODE",
        sealed_json::format({{"format", "mkdb-node"}, {"version", detail::node_format_version}, {"id", id}})));
    return storage_node{std::move(id), directory};
}

/// Spreads the partitions of a new store over its own directory and the nodes, in turn. Pure.
inline void spread_partitions(store_identity& identity, std::vector<storage_node> const& nodes) {
    if (nodes.empty()) {
        return;
    }
    for (auto const& each : nodes) {
        identity.nodes.push_back({each.id, each.directory.string()});
    }
    for (std::uint32_t number = 0; number < identity.partitions; ++number) {
        identity.node_of.push_back(number % static_cast<std::uint32_t>(nodes.size() + 1));
    }
}

/// A new name for the directory that a store has on every node.
template <class Random>
[[nodiscard]] result<std::string> new_node_directory(Random& random, std::string const& store_name) {
    MKDB_TRY_ASSIGN(auto const unique, detail::random_name(random));
    return store_name + "-" + unique;
}

/// Whether `new_node_directory` may have made this name for the store. Pure.
[[nodiscard]] inline bool is_node_directory_of(std::string_view name, std::string_view store_name) {
    constexpr std::string_view digits = "0123456789abcdef";
    return name.size() == store_name.size() + 1 + 2 * detail::random_name_bytes && name.starts_with(store_name) &&
           name[store_name.size()] == '-' &&
           name.find_first_not_of(digits, store_name.size() + 1) == std::string_view::npos;
}

/// Where a partition lies.
struct partition_place {
    std::filesystem::path directory; ///< Of its log.
    std::filesystem::path disk;      ///< The directory of the database, or of the storage node, that it is below.
};

/// Where each partition of a store lies, by number. Errors: `corrupt_file` that names the node which is missing. Pure.
[[nodiscard]] inline result<std::vector<partition_place>> partition_places(std::string const& name,
                                                                           std::filesystem::path const& root,
                                                                           store_identity const& identity,
                                                                           std::vector<storage_node> const& present) {
    std::vector<partition_place> all;
    for (std::uint32_t number = 0; number < identity.partitions; ++number) {
        auto const place = identity.node_of.empty() ? 0 : identity.node_of[number];
        if (place == 0) {
            all.push_back({root / "stores" / name / partition_directory(number), root});
            continue;
        }
        auto const& wanted = identity.nodes[place - 1];
        auto const found = std::ranges::find(present, wanted.id, &storage_node::id);
        if (found == present.end()) {
            return fail(errc::corrupt_file,
                        "Store '" + name + "' keeps partition " + std::to_string(number) +
                            " on a storage node that is not there: " + wanted.directory +
                            " when the store was made. Mount that disk, and name its directory among "
                            "the storage nodes");
        }
        all.push_back(
            {found->directory / "stores" / identity.node_directory / partition_directory(number), found->directory});
    }
    return all;
}

} // namespace mkdb
