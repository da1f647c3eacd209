#pragma once

#include <mkdb/core/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What a command is pointed at: a server's plane, or a database directory.
namespace mkdb::cli {

inline constexpr std::uint16_t default_socket_port = 9001;
inline constexpr std::uint16_t default_control_port = 8090;

/// What `--help` says of an argument that `parse_control_target` takes.
inline constexpr auto directory_or_control_url = "Database directory, or control plane as http://HOST:PORT";

struct server_address {
    std::string host;
    std::uint16_t port = 0;
    std::string username;
    std::optional<std::string> password;

    /// As `127.0.0.1:9001`, for sentences.
    [[nodiscard]] std::string shown() const;
    friend bool operator==(server_address const&, server_address const&) = default;
};

using target = std::variant<std::filesystem::path, server_address>;

/// `mkdb://[USER[:PASSWORD]@]HOST[:PORT]`, `HOST:PORT` or `HOST`: the socket plane.
[[nodiscard]] result<server_address> parse_socket_address(std::string_view text);

/// `http://HOST[:PORT]`, `HOST:PORT` or `HOST`: the control plane.
[[nodiscard]] result<server_address> parse_control_address(std::string_view text);

/// A word with `://` or of the form `HOST:PORT` is a server, unless a directory has this very name; any other a
/// directory.
[[nodiscard]] result<target> parse_socket_target(std::string const& text);
[[nodiscard]] result<target> parse_control_target(std::string const& text);

} // namespace mkdb::cli
