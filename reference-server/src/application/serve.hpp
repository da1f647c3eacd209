#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mkdb::server {

struct serve_options {
    std::filesystem::path directory;
    bool json = false; ///< Print the ready line for programs instead of a block for people.
    bool demo = false; ///< Fill a database that has no stores with sample records.
    std::optional<std::uint16_t> socket_port = std::nullopt;
    std::optional<std::uint16_t> http_port = std::nullopt;
    std::optional<std::uint16_t> control_port = std::nullopt;
};

/// Runs a server until SIGTERM or SIGINT. Returns the exit status; what kept it from running is told on standard error.
[[nodiscard]] int serve(serve_options const& options);

} // namespace mkdb::server
