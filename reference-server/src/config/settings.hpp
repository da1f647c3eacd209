#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/options.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mkdb::server {

struct listener_settings {
    bool enabled = true;
    std::string host;
    std::uint16_t port = 0;
    bool tls = false;
};

struct socket_settings {
    listener_settings listener;
    std::chrono::milliseconds heartbeat_interval{5000};
    std::chrono::milliseconds handshake_timeout{30000};
    std::size_t max_clients = 100;
};

struct cors_settings {
    bool enabled = false;
    std::vector<std::string> origins;
    std::vector<std::string> methods;
    std::vector<std::string> headers;
    bool credentials = false;
    std::uint64_t max_age_seconds = 0;
};

struct http_settings {
    listener_settings listener;
    std::size_t max_body_size = 0;
    double max_requests_per_second = 0;
    cors_settings cors;
};

struct control_settings {
    listener_settings listener;
    bool auth_enabled = true;
    std::string password_hash;
    std::chrono::seconds session_ttl{3600};
};

[[nodiscard]] socket_settings read_socket_settings(boost::json::object const& document);
[[nodiscard]] http_settings read_http_settings(boost::json::object const& document);
[[nodiscard]] control_settings read_control_settings(boost::json::object const& document);

/// `storage_nodes`, with relative ones below the database's directory.
[[nodiscard]] std::vector<std::filesystem::path> read_storage_nodes(boost::json::object const& document,
                                                                    std::filesystem::path const& directory);

/// What the engine is told about a store. `section` is the store's, checked and filled.
[[nodiscard]] store_options read_store_options(boost::json::object const& section);

/// Whether only this machine can reach a listener on `host`.
[[nodiscard]] bool is_loopback(std::string const& host);

/// Refuses a listener that others can reach while nothing guards it (no users, or neither TLS nor allow_insecure).
[[nodiscard]] result<> check_exposure(boost::json::object const& document);

/// Sentences about settings that are valid and unwise.
[[nodiscard]] std::vector<std::string> health_warnings(boost::json::object const& document);

} // namespace mkdb::server
