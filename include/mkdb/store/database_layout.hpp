#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/file/whole_file.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/store/identity.hpp>
#include <mkdb/store/lost_identity.hpp>
#include <mkdb/store/missing_nodes.hpp>
#include <mkdb/store/name.hpp>
#include <mkdb/store/storage_nodes.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb {

/// Where the stores of a database lie: directories, identities, and the storage nodes over which partitions are spread.
///
/// Thread safety: none of its own for what concerns nodes; the rest is safe from any thread.
template <class Policies, class Environment>
class database_layout {
public:
    using storage_options = typename Policies::storage::options;

    database_layout(Environment& environment, std::filesystem::path directory, std::vector<std::filesystem::path> nodes)
        : environment_(&environment), directory_(std::move(directory)), nodes_(std::move(nodes)) {}

    [[nodiscard]] std::filesystem::path const& directory() const noexcept { return directory_; }
    [[nodiscard]] std::filesystem::path stores() const { return directory_ / "stores"; }
    [[nodiscard]] std::filesystem::path store(std::string_view name) const { return stores() / name; }

    /// For stores that are made from now on, and for finding those that are there.
    void use_nodes(std::vector<std::filesystem::path> directories) { nodes_ = std::move(directories); }

    [[nodiscard]] result<bool> is_stored(std::string_view name) { return files().exists(store(name) / "STORE"); }

    /// Names of the stores on disk, sorted. Errors: `io`.
    [[nodiscard]] result<std::vector<std::string>> stored_names() {
        MKDB_TRY_ASSIGN(auto entries, files().list(stores()));
        std::vector<std::string> names;
        for (auto& entry : entries) {
            if (check_store_name(entry)) {
                MKDB_TRY_ASSIGN(bool const exists, is_stored(entry));
                if (exists) {
                    names.push_back(std::move(entry));
                }
            }
        }
        std::ranges::sort(names);
        return names;
    }

    /// The stores that have logs with records and no identity, sorted. Errors: `io`.
    [[nodiscard]] result<std::vector<lost_store>> stores_without_identity() {
        MKDB_TRY_ASSIGN(auto entries, files().list(stores()));
        std::ranges::sort(entries);
        std::vector<lost_store> lost;
        for (auto const& name : entries) {
            if (check_store_name(name)) {
                MKDB_TRY_ASSIGN(bool const known, is_stored(name));
                MKDB_TRY_ASSIGN(auto const found, known ? result<found_logs>(found_logs{}) : find_logs_of(name));
                if (found.hold_records) {
                    lost.push_back({name, describe_found_logs(store(name), found)});
                }
            }
        }
        return lost;
    }

    /// Whether a new store of this name goes on with the logs of one whose STORE is lost. Errors: `corrupt_file` when
    /// its records would not be found among so many partitions; `io`.
    [[nodiscard]] result<bool> goes_on_with_logs(std::string const& name, std::uint32_t partitions) {
        MKDB_TRY_ASSIGN(auto const found, find_logs_of(name));
        MKDB_TRY(check_found_logs(store(name), found, partitions));
        // Of a store that is spread over nodes, only the first partition may be here; the second never is.
        if (found.hold_records && partitions == 1) {
            MKDB_TRY(check_no_part_on_nodes(name));
        }
        return found.hold_records;
    }

    /// The identity of a store with everything in its own directory.
    [[nodiscard]] static store_identity gathered(std::uint32_t partitions, storage_options const& storage) {
        return {partitions, Policies::storage::format_name(storage)};
    }

    /// Sentences about storage nodes that are named and whose disks are missing. Errors: those of `find_node`.
    [[nodiscard]] result<std::vector<std::string>> absent_nodes() { return absent_among(nodes_); }

    /// The identity of a new store, spread over the nodes. Errors: `invalid_argument` for a node that is missing, and
    /// then nothing is written; `corrupt_file`, `format_newer` of one that is not what it should be; `io`, `no_space`.
    [[nodiscard]] result<store_identity> plan(std::string const& name, std::uint32_t partitions,
                                              storage_options const& storage) {
        auto identity = gathered(partitions, storage);
        auto const wanted = std::span(nodes_).first(std::min<std::size_t>(nodes_.size(), partitions - 1));
        MKDB_TRY_ASSIGN(auto const absent, absent_among(wanted));
        if (!absent.empty()) {
            return fail(errc::invalid_argument, absent.front());
        }
        std::vector<storage_node> claimed;
        for (auto const& each : wanted) {
            MKDB_TRY_ASSIGN(auto node, claim_node(files(), environment_->random, each));
            claimed.push_back(std::move(node));
        }
        if (!claimed.empty()) {
            MKDB_TRY_ASSIGN(identity.node_directory, new_node_directory(environment_->random, name));
            spread_partitions(identity, claimed);
        }
        return identity;
    }

    /// The identity comes last: a crash before it leaves no store.
    [[nodiscard]] result<> save(std::string const& name, store_identity const& identity) {
        MKDB_TRY(file::replace_whole(files(), store(name) / "STORE", format_identity(identity)));
        return files().sync_directory(stores());
    }

    /// Errors: `corrupt_file`, `format_newer`, `io`; `format_unknown` for a store of another storage.
    [[nodiscard]] result<store_identity> load(std::string const& name, storage_options const& storage) {
        MKDB_TRY_ASSIGN(auto identity, load_identity(files(), store(name)));
        // The names that lead to it may be in memory only, when the making of the store failed at its very end.
        MKDB_TRY(files().sync_directory(store(name)));
        MKDB_TRY(files().sync_directory(stores()));
        if (auto const mine = Policies::storage::format_name(storage); identity.storage_format != mine) {
            return fail(errc::format_unknown, "Store '" + name + "' was made with storage '" + identity.storage_format +
                                                  "' and cannot be opened with '" + mine + "'");
        }
        return identity;
    }

    /// By number. Errors: `corrupt_file` that names a storage node which is missing.
    [[nodiscard]] result<std::vector<partition_place>> partitions(std::string const& name,
                                                                  store_identity const& identity) {
        MKDB_TRY_ASSIGN(auto const present,
                        identity.nodes.empty() ? result<std::vector<storage_node>>({}) : present_nodes());
        return partition_places(name, directory_, identity, present);
    }

    /// A partition whose log is gone must not start empty: half of the records would be missing without a word.
    /// Errors: `corrupt_file` that names the directory; `io`.
    [[nodiscard]] result<> check_logs(std::string const& name, std::vector<partition_place> const& partitions,
                                      storage_options const& storage) {
        if constexpr (storage::locatable_storage<typename Policies::storage, typename Policies::file>) {
            for (auto const& each : partitions) {
                MKDB_TRY_ASSIGN(bool const present, Policies::storage::is_present(files(), each.directory, storage));
                if (!present) {
                    return fail(errc::corrupt_file,
                                "Store '" + name + "' has no log in " + each.directory.string() +
                                    ": bring back the directory, or restore the store from a backup");
                }
            }
        }
        return {};
    }

private:
    [[nodiscard]] typename Policies::file& files() const noexcept { return environment_->files; }

    /// The nodes that are there, of those that are named.
    [[nodiscard]] result<std::vector<storage_node>> present_nodes() {
        std::vector<storage_node> present;
        for (auto const& each : nodes_) {
            MKDB_TRY_ASSIGN(auto found, find_node(files(), each));
            if (found) {
                present.push_back(std::move(*found));
            }
        }
        return present;
    }

    /// The nodes that stores lie on. One whose identity cannot be read says so when it is opened, and holds up no
    /// other.
    [[nodiscard]] result<std::vector<node_reference>> known_nodes() {
        MKDB_TRY_ASSIGN(auto const names, stored_names());
        std::vector<node_reference> known;
        for (auto const& name : names) {
            if (auto const identity = load_identity(files(), store(name))) {
                known.insert(known.end(), identity->nodes.begin(), identity->nodes.end());
            }
        }
        return known;
    }

    [[nodiscard]] result<std::vector<std::string>> absent_among(std::span<std::filesystem::path const> wanted) {
        std::vector<std::string> absent;
        if (wanted.empty()) {
            return absent;
        }
        MKDB_TRY_ASSIGN(auto const present, present_nodes());
        MKDB_TRY_ASSIGN(auto const known, known_nodes());
        for (auto const& each : wanted) {
            MKDB_TRY_ASSIGN(bool const there, files().exists(each));
            if (!there) {
                absent.push_back(describe_absent_node(each));
            } else if (std::ranges::find(present, each, &storage_node::directory) == present.end()) {
                if (auto const missed = node_missed_at(each, known, present)) {
                    absent.push_back(describe_missed_node(each, *missed));
                }
            }
        }
        return absent;
    }

    [[nodiscard]] result<> check_no_part_on_nodes(std::string const& name) {
        for (auto const& each : nodes_) {
            MKDB_TRY_ASSIGN(bool const used, files().exists(each / "stores"));
            MKDB_TRY_ASSIGN(auto const names,
                            used ? files().list(each / "stores") : result<std::vector<std::string>>({}));
            auto const part =
                std::ranges::find_if(names, [&](auto const& other) { return is_node_directory_of(other, name); });
            if (part != names.end()) {
                return fail(errc::corrupt_file, "Store '" + name + "' has more partitions in " +
                                                    (each / "stores" / *part).string() +
                                                    ": bring its STORE back, or restore it from a backup");
            }
        }
        return {};
    }

    [[nodiscard]] result<found_logs> find_logs_of(std::string_view name) {
        return find_logs<typename Policies::storage>(files(), store(name));
    }

    Environment* environment_;
    std::filesystem::path directory_;
    std::vector<std::filesystem::path> nodes_;
};

} // namespace mkdb
