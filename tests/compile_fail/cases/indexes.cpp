#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct write_only {
    static constexpr char const* name = "write-only";
    template <class Tokenizer>
    class instance {};
};

struct bundle : archetypes::bundle {
    using indexes = mkdb::index::index_set<archetypes::index, write_only>;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
