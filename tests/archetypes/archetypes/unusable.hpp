#pragma once

#include <mkdb/core/result.hpp>

#include <string>

namespace archetypes {

/// The base of every archetype: it moves, and promises nothing else.
class move_only {
public:
    move_only(move_only&&) = default;
    move_only& operator=(move_only&&) = default;
    move_only(move_only const&) = delete;
    move_only& operator=(move_only const&) = delete;
    ~move_only() = default;

protected:
    struct made {};
    explicit move_only(made /*tag*/) noexcept {}
};

/// Archetypes compile; what they do is fail.
[[nodiscard]] inline mkdb::error refuse() {
    return mkdb::fail(mkdb::errc::unsupported, "an archetype only compiles");
}

} // namespace archetypes
