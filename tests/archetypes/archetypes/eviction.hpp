#pragma once

#include "archetypes/unusable.hpp"

#include <mkdb/eviction/concept.hpp>

#include <array>

namespace archetypes {

struct eviction {
    static constexpr std::array<std::string_view, 1> names{"archetype"};

    template <class Key>
    class tracker : public move_only {
    public:
        explicit tracker(mkdb::eviction::options const& /*settings*/) : move_only(made{}) {}

        [[nodiscard]] mkdb::eviction::slot on_insert(Key const& /*key*/, mkdb::eviction::instant /*now*/) { return 0; }
        void on_hit(mkdb::eviction::slot /*where*/, mkdb::eviction::instant /*now*/) {}
        void on_erase(mkdb::eviction::slot /*where*/) {}
        [[nodiscard]] std::optional<Key> evict() { return std::nullopt; }
        [[nodiscard]] std::optional<Key> expired(mkdb::eviction::instant /*now*/) { return std::nullopt; }
    };
};
static_assert(mkdb::eviction::eviction_policy<eviction>);

} // namespace archetypes
