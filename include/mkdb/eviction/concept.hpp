#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mkdb::eviction {

/// What an operator chooses at run time. A model reads what concerns it and ignores the rest.
struct options {
    std::string clean_type = "lru"; ///< Which model, where a program holds several: see `any_of`.
    std::chrono::seconds ttl{3600}; ///< How long `ttl` keeps a key that nobody uses; 0: for ever.

    friend bool operator==(options const&, options const&) = default;
};

/// A reading of the monotonic clock.
using instant = std::chrono::steady_clock::time_point;

/// A key's place in a tracker: handed out by `on_insert`, valid until the key is erased or leaves, then given out
/// again.
using slot = std::uint32_t;

/// Decides which key of a bounded set leaves next. It never holds what the keys stand for.
///
/// `on_insert` takes a key that is not tracked. `on_hit` and `on_erase` take the slot of a tracked key.
/// `evict` picks the next to leave and forgets it; none, when the model lets none of its keys go.
/// `expired` does the same for a key whose time is over; none, for models without time.
/// Complexity: all amortized O(1). Exceptions: only `std::bad_alloc`, never from `on_hit` and `on_erase`.
/// Thread safety: distinct trackers: safe. One shared tracker: the caller excludes others.
template <class T, class Key>
concept eviction_tracker = std::constructible_from<T, options const&> && std::movable<T> &&
    requires(T& tracker, Key const& key, slot where, instant now) {
    { tracker.on_insert(key, now) } -> std::same_as<slot>;
    { tracker.on_hit(where, now) } -> std::same_as<void>;
    { tracker.on_erase(where) } -> std::same_as<void>;
    { tracker.evict() } -> std::same_as<std::optional<Key>>;
    { tracker.expired(now) } -> std::same_as<std::optional<Key>>;
};

/// A policy: the names by which a configuration may ask for it, and a tracker for any copyable, hashable key.
template <class P>
concept eviction_policy = requires {
    requires std::convertible_to<decltype(P::names), std::span<std::string_view const>>;
    typename P::template tracker<std::uint32_t>;
    requires eviction_tracker<typename P::template tracker<std::uint32_t>, std::uint32_t>;
};

/// Whether `Policy` holds the model that a configuration's `clean_type` names.
template <eviction_policy Policy>
[[nodiscard]] bool knows(std::string_view clean_type) noexcept {
    std::span<std::string_view const> const names = Policy::names;
    return std::ranges::find(names, clean_type) != names.end();
}

} // namespace mkdb::eviction
