#pragma once

#include "archetypes/environment.hpp"
#include "archetypes/eviction.hpp"
#include "archetypes/index.hpp"
#include "archetypes/parity.hpp"
#include "archetypes/storage.hpp"
#include "archetypes/tokenizer.hpp"

namespace archetypes {

/// The least bundle: it derives from nothing and lacks all that no concept promises.
struct bundle {
    using file = archetypes::file_system;
    using clock = archetypes::clock;
    using random = archetypes::random;
    using storage = archetypes::storage;
    using eviction = archetypes::eviction;
    using parity = archetypes::parity;
    using indexes = mkdb::index::index_set<archetypes::index>;
    using tokenizer = archetypes::tokenizer;
};

} // namespace archetypes
