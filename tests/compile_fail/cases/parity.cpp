#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct cannot_reconstruct : archetypes::parity {
    void reconstruct() const;
};

struct bundle : archetypes::bundle {
    using parity = cannot_reconstruct;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
