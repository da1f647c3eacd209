#pragma once

#include <mkdb/eviction/concept.hpp>

#include <array>

namespace mkdb::eviction {

/// No key ever leaves by itself: what is full takes no more.
struct none {
    static constexpr std::array<std::string_view, 1> names{"none"};

    template <class Key>
    class tracker {
    public:
        explicit tracker(options const& /*settings*/) noexcept {}

        [[nodiscard]] slot on_insert(Key const& /*key*/, instant /*now*/) const noexcept { return 0; }
        void on_hit(slot /*where*/, instant /*now*/) const noexcept {}
        void on_erase(slot /*where*/) const noexcept {}
        [[nodiscard]] std::optional<Key> evict() const noexcept { return std::nullopt; }
        [[nodiscard]] std::optional<Key> expired(instant /*now*/) const noexcept { return std::nullopt; }
    };
};

static_assert(eviction_policy<none>);

} // namespace mkdb::eviction
