#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct bundle : archetypes::bundle {};

} // namespace

template struct mkdb::checked_policies<bundle>;
