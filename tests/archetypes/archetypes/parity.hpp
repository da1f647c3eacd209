#pragma once

#include "archetypes/unusable.hpp"

#include <mkdb/parity/concept.hpp>

namespace archetypes {

class parity : public move_only {
public:
    [[nodiscard]] static mkdb::result<parity> make(mkdb::parity::geometry /*shape*/) { return refuse(); }

    [[nodiscard]] mkdb::parity::geometry shape() const { return {}; }
    [[nodiscard]] std::string format_name() const { return "archetype"; }
    void encode(std::span<std::span<std::byte const> const> /*data*/,
                std::span<std::span<std::byte> const> /*parity*/) const {}
    [[nodiscard]] mkdb::result<> reconstruct(std::span<std::span<std::byte> const> /*blocks*/,
                                             std::span<std::size_t const> /*lost*/) const {
        return refuse();
    }

private:
    parity() : move_only(made{}) {}
};
static_assert(mkdb::parity::parity_codec<parity>);

} // namespace archetypes
