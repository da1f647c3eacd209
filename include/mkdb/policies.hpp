#pragma once

#include <mkdb/checked_policies.hpp>
#include <mkdb/clock/system.hpp>
#include <mkdb/eviction/lru.hpp>
#include <mkdb/file/posix.hpp>
#include <mkdb/fwd.hpp>
#include <mkdb/index/exact.hpp>
#include <mkdb/index/full_text.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/index/numeric.hpp>
#include <mkdb/parity/reed_solomon.hpp>
#include <mkdb/random/system.hpp>
#include <mkdb/storage/rolling_log.hpp>
#include <mkdb/text/standard.hpp>

namespace mkdb {

using index::index_set;

/// What a database is made of unless a program says otherwise. To change a part, derive and name another type:
///
///     struct my_policies : mkdb::default_policies {
///         using eviction = mkdb::eviction::s3_fifo;
///     };
///     auto opened = mkdb::basic_database<my_policies>::open("/var/lib/app");
///
/// Members never mention each other; what needs several of them combines them itself.
struct default_policies {
    using file = mkdb::file::posix;
    using clock = mkdb::clock::system;
    using random = mkdb::random::system;
    using storage = mkdb::storage::rolling_log;
    using eviction = mkdb::eviction::lru;
    using parity = mkdb::parity::reed_solomon;
    using indexes = index_set<mkdb::index::exact, mkdb::index::numeric, mkdb::index::full_text>;
    using tokenizer = mkdb::text::standard;
};

} // namespace mkdb
