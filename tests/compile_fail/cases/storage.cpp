#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct without_backend {
    struct options {};
    static std::string format_name(options const& settings);
};

struct bundle : archetypes::bundle {
    using storage = without_backend;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
