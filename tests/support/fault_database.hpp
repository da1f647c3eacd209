#pragma once

#include "fault_file_system.hpp"
#include "memory_database.hpp"

namespace mkdb::test {

/// The default engine over a disk that fails and forgets where a test wants it to.
struct fault_policies : memory_policies {
    using file = mkdb::testing::fault_file_system;
};

using fault_database = basic_database<fault_policies>;

} // namespace mkdb::test

// Compiled once for all tests, in fault_database.cpp.
extern template class mkdb::engine::partition<mkdb::test::fault_policies>;
extern template class mkdb::basic_store<mkdb::test::fault_policies>;
extern template class mkdb::basic_database<mkdb::test::fault_policies>;
