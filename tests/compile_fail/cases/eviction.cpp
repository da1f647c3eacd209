#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct nameless {
    template <class Key>
    using tracker = archetypes::eviction::tracker<Key>;
};

struct bundle : archetypes::bundle {
    using eviction = nameless;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
