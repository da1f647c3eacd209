#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct cannot_fail {
    void fill(std::span<std::byte> out);
};

struct bundle : archetypes::bundle {
    using random = cannot_fail;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
