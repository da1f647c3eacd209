#include "support/memory_database.hpp"

template class mkdb::engine::partition<mkdb::test::memory_policies>;
template class mkdb::basic_store<mkdb::test::memory_policies>;
template class mkdb::basic_database<mkdb::test::memory_policies>;
