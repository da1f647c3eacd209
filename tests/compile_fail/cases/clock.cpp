#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct wall_only {
    [[nodiscard]] mkdb::clock::wall_time wall() const;
};

struct bundle : archetypes::bundle {
    using clock = wall_only;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
