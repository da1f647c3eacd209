#pragma once

#include "famine_upkeep.hpp"
#include "famine_writes.hpp"

#include <filesystem>

namespace mkdb::testing {

/// What is done in want of memory. `may_stop`: it may reach a point from which the process cannot go on without.
struct famine_scenario {
    char const* name;
    void (*act)(famine_actor&);
    bool may_stop = false;
    void (*prepare)(std::filesystem::path const&) = nullptr; ///< Of a copy of the usual database, before all.
};

} // namespace mkdb::testing
