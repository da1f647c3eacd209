#pragma once

#include <mkdb/eviction/any_of.hpp>
#include <mkdb/eviction/lfu.hpp>
#include <mkdb/eviction/none.hpp>
#include <mkdb/eviction/ttl.hpp>
#include <mkdb/policies.hpp>
#include <mkdb/storage/any_of.hpp>
#include <mkdb/storage/memory.hpp>
#include <mkdb/store/database.hpp>

#include <boost/json/object.hpp>

namespace mkdb::server {

/// The instantiations that `mkdb` holds: config.json chooses among them by name.
struct server_policies : default_policies {
    using storage = mkdb::storage::any_of<mkdb::storage::rolling_log, mkdb::storage::memory>;
    using eviction =
        mkdb::eviction::any_of<mkdb::eviction::lru, mkdb::eviction::lfu, mkdb::eviction::ttl, mkdb::eviction::none>;
};

using server_database = basic_database<server_policies>;
using server_store = basic_store<server_policies>;

/// `database_options::reserve_bytes`: one segment of the default size, and room for tombstones.
inline constexpr std::uint64_t disk_reserve = 64 * mebibyte;

/// What the storage of a store is told. `section` is the store's, checked and filled.
[[nodiscard]] server_database::storage_options read_storage_options(boost::json::object const& section);

} // namespace mkdb::server

// Compiled once, in server_policies.cpp.
extern template class mkdb::engine::partition<mkdb::server::server_policies>;
extern template class mkdb::basic_store<mkdb::server::server_policies>;
extern template class mkdb::basic_database<mkdb::server::server_policies>;
