#include "support/famine_database.hpp"

template class mkdb::basic_store<mkdb::testing::famine_policies>;
template class mkdb::basic_database<mkdb::testing::famine_policies>;
