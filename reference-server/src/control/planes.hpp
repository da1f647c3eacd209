#pragma once

#include <mkdb/core/result.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace mkdb::server {

enum class plane { control, socket, http };

inline constexpr std::array all_planes{plane::control, plane::socket, plane::http};

[[nodiscard]] constexpr std::string_view to_string(plane which) noexcept {
    switch (which) {
    case plane::control:
        return "control";
    case plane::socket:
        return "socket";
    case plane::http:
        return "http";
    }
    return "control";
}

[[nodiscard]] constexpr std::optional<plane> plane_named(std::string_view name) noexcept {
    for (auto const which : all_planes) {
        if (to_string(which) == name ||
            (name.ends_with("_server") && name.substr(0, name.size() - 7) == to_string(which))) {
            return which;
        }
    }
    return std::nullopt;
}

/// Opens and closes the listeners of a running server.
///
/// Thread safety: all members from any thread but the one that serves the network.
class planes {
public:
    virtual ~planes() = default;

    [[nodiscard]] virtual bool running(plane which) const = 0;
    /// The port that it listens on; the configured one while it does not.
    [[nodiscard]] virtual std::uint16_t port(plane which) const = 0;
    /// Starting what runs and stopping what does not are no errors.
    [[nodiscard]] virtual result<> start(plane which) = 0;
    virtual void stop(plane which) = 0;
    /// Runs `task` soon, after the answer in hand is out: for stopping the plane that carries it.
    virtual void defer(std::function<void()> task) = 0;
};

} // namespace mkdb::server
