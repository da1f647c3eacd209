#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct without_positions {
    void analyze(std::string_view text) const;
};

struct bundle : archetypes::bundle {
    using tokenizer = without_positions;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
