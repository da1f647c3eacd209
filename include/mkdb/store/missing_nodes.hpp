#pragma once

#include <mkdb/store/identity.hpp>
#include <mkdb/store/storage_nodes.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mkdb {

/// The node that stores know in `directory` and that is none of those which are `present`: its disk is not mounted, and
/// what is written there would go to the disk below. None where nothing is missed. Pure.
[[nodiscard]] inline std::optional<node_reference> node_missed_at(std::filesystem::path const& directory,
                                                                  std::vector<node_reference> const& known,
                                                                  std::vector<storage_node> const& present) {
    // With or without a slash at its end.
    auto const place = [](std::filesystem::path const& path) { return (path / "").lexically_normal(); };
    auto const found = std::ranges::find_if(known, [&](node_reference const& each) {
        return place(each.directory) == place(directory) &&
               std::ranges::find(present, each.id, &storage_node::id) == present.end();
    });
    return found == known.end() ? std::nullopt : std::optional(*found);
}

/// Why nothing may be kept there.
[[nodiscard]] inline std::string describe_missed_node(std::filesystem::path const& directory,
                                                      node_reference const& missed) {
    return "Storage node " + directory.string() + " has no file NODE, and the disk of node " + missed.id +
           " that belongs there is missing: mount it, or take the directory out of the storage nodes";
}

} // namespace mkdb
