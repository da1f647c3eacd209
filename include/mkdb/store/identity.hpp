#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/store/sealed_json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb {

/// A storage node as a store knows it.
struct node_reference {
    std::string id;        ///< As in the node's file NODE.
    std::string directory; ///< Where the node was when the store was made: for people, who look for it.
};

/// What is fixed when a store is made: kept in its file STORE and checked on every opening.
struct store_identity {
    /// Of a store that lies in one directory; one that uses storage nodes is of the version after it.
    static constexpr std::int64_t format_version = 1;
    static constexpr std::int64_t format_version_with_nodes = 2;

    std::uint32_t partitions = 1;
    std::string storage_format;          ///< `format_name` of the storage policy.
    std::string node_directory{};        ///< The name of the store's directory on every node; no other store has it.
    std::vector<node_reference> nodes{}; ///< Empty: everything lies in the store's own directory.
    /// By partition: 0 for the store's own directory, else one more than the index of a node. Empty: all 0.
    std::vector<std::uint32_t> node_of{};

    /// The same store with everything in its own directory.
    [[nodiscard]] store_identity gathered() const { return {partitions, storage_format}; }
};

namespace detail {

[[nodiscard]] inline boost::json::object identity_json(store_identity const& identity) {
    boost::json::object fields{{"format", "mkdb-store"},
                               {"version", store_identity::format_version},
                               {"partitions", identity.partitions},
                               {"storage", identity.storage_format}};
    if (!identity.nodes.empty()) {
        boost::json::array nodes;
        for (auto const& each : identity.nodes) {
            nodes.push_back(boost::json::object{{"id", each.id}, {"directory", each.directory}});
        }
        fields["version"] = store_identity::format_version_with_nodes;
        fields["node_directory"] = identity.node_directory;
        fields["nodes"] = std::move(nodes);
        fields["node_of"] = boost::json::array(identity.node_of.begin(), identity.node_of.end());
    }
    return fields;
}

[[nodiscard]] inline std::optional<std::string> text_of(boost::json::object const& fields, std::string_view name) {
    auto const* const value = fields.if_contains(name);
    return value != nullptr && value->is_string() ? std::optional(std::string(value->get_string())) : std::nullopt;
}

/// A whole number of 0 to `most`.
[[nodiscard]] inline std::optional<std::uint32_t> count_of(boost::json::value const* value, std::size_t most) {
    bool const fits = value != nullptr && value->is_int64() && value->get_int64() >= 0 &&
                      value->get_int64() <= static_cast<std::int64_t>(most);
    return fits ? std::optional(static_cast<std::uint32_t>(value->get_int64())) : std::nullopt;
}

/// Whether `identity` has got its nodes, and they make sense.
[[nodiscard]] inline bool read_nodes(boost::json::object const& fields, store_identity& identity) {
    auto const* const nodes = fields.if_contains("nodes");
    auto const* const node_of = fields.if_contains("node_of");
    auto const name = text_of(fields, "node_directory");
    if (nodes == nullptr || !nodes->is_array() || node_of == nullptr || !node_of->is_array() || !name) {
        return false;
    }
    identity.node_directory = *name;
    for (auto const& each : nodes->get_array()) {
        auto const id = each.is_object() ? text_of(each.get_object(), "id") : std::nullopt;
        auto const directory = each.is_object() ? text_of(each.get_object(), "directory") : std::nullopt;
        if (!id || !directory) {
            return false;
        }
        identity.nodes.push_back({*id, *directory});
    }
    for (auto const& each : node_of->get_array()) {
        auto const node = count_of(&each, identity.nodes.size());
        if (!node) {
            return false;
        }
        identity.node_of.push_back(*node);
    }
    return !identity.nodes.empty() && identity.node_of.size() == identity.partitions;
}

} // namespace detail

[[nodiscard]] inline std::string format_identity(store_identity const& identity) {
    return sealed_json::format(detail::identity_json(identity));
}

/// Errors: `corrupt_file`, `format_newer`; the message goes on after the file's name.
[[nodiscard]] inline result<store_identity> understand_identity(boost::json::object const& fields) {
    auto const* const version = fields.if_contains("version");
    bool const numbered = version != nullptr && version->is_int64();
    if (numbered && version->get_int64() > store_identity::format_version_with_nodes) {
        return fail(errc::format_newer, "was written by a newer version of MkDB");
    }
    auto const partitions = detail::count_of(fields.if_contains("partitions"), limits::partitions);
    auto const storage = detail::text_of(fields, "storage");
    store_identity identity{partitions.value_or(0), storage.value_or("")};
    bool const with_nodes = numbered && version->get_int64() == store_identity::format_version_with_nodes;
    if (identity.partitions == 0 || !storage || (with_nodes && !detail::read_nodes(fields, identity))) {
        return fail(errc::corrupt_file, "lacks what a store's identity must have");
    }
    return identity;
}

/// Errors: `corrupt_file`, `format_newer`.
[[nodiscard]] inline result<store_identity> parse_identity(std::string_view content) {
    MKDB_TRY_ASSIGN(auto const fields, sealed_json::parse(content));
    return understand_identity(fields);
}

/// Errors: those of `parse_identity`, naming the file; `io`.
template <class Files>
[[nodiscard]] result<store_identity> load_identity(Files& files, std::filesystem::path const& store_directory) {
    return sealed_json::load(files, store_directory / "STORE", understand_identity);
}

} // namespace mkdb
