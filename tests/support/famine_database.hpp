#pragma once

#include <mkdb/clock/manual.hpp>
#include <mkdb/file/posix.hpp>
#include <mkdb/policies.hpp>
#include <mkdb/random/seeded.hpp>
#include <mkdb/store/database.hpp>

namespace mkdb::testing {

/// Nobody cuts the power here and the disk is large: what another process reads need not be on the disk.
struct calls_without_sync : file::detail::posix_calls {
    static int fsync(int /*descriptor*/) noexcept { return 0; }
    static int fdatasync(int /*descriptor*/) noexcept { return 0; }
    static int fallocate(int /*descriptor*/, int /*mode*/, off_t /*offset*/, off_t /*length*/) noexcept { return 0; }
};

/// The default engine on real files, which outlive the process that runs out of memory.
struct famine_policies : default_policies {
    using file = mkdb::file::basic_posix<calls_without_sync>;
    using clock = mkdb::clock::manual;
    using random = mkdb::random::seeded;
};

using famine_database = basic_database<famine_policies>;
using famine_store = famine_database::store;

} // namespace mkdb::testing

// Compiled once, in famine_engine_test.cpp.
extern template class mkdb::basic_store<mkdb::testing::famine_policies>;
extern template class mkdb::basic_database<mkdb::testing::famine_policies>;
