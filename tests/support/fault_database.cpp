#include "support/fault_database.hpp"

template class mkdb::engine::partition<mkdb::test::fault_policies>;
template class mkdb::basic_store<mkdb::test::fault_policies>;
template class mkdb::basic_database<mkdb::test::fault_policies>;
