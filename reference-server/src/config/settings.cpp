#include "config/reading.hpp"
#include "config/settings.hpp"

#include <mkdb/document/json_schema/compile.hpp>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

namespace mkdb::server {
namespace {

listener_settings read_listener(boost::json::object const& section) {
    return {.enabled = bool_at(section, "enabled"),
            .host = string_at(section, "address.host"),
            .port = static_cast<std::uint16_t>(integer_at(section, "address.port")),
            .tls = bool_at(section, "tls.enabled")};
}

std::chrono::milliseconds seconds_at(boost::json::object const& section, std::string_view path) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(number_at(section, path) * 1000.0));
}

durability read_durability(std::string const& word) {
    return word == "sync" ? durability::sync : word == "interval" ? durability::interval : durability::buffered;
}

std::string index_kind_of(boost::json::value const& queryable) {
    if (auto const* const kind = queryable.if_string()) {
        return std::string(*kind);
    }
    return queryable.get_bool() ? "full-text" : "";
}

document::value_type read_type(std::string const& word) {
    static std::map<std::string_view, document::value_type> const types{
        {"any", document::value_type::any},         {"boolean", document::value_type::boolean},
        {"integer", document::value_type::integer}, {"number", document::value_type::number},
        {"string", document::value_type::string},   {"array", document::value_type::array},
        {"object", document::value_type::object}};
    return types.at(word);
}

// What text is in without more, as the default of the key says.
constexpr std::string_view own_language = "english";

void read_schema(boost::json::object const& section, store_options& options) {
    for (auto const& [field, description] : section_at(section, "schema_config.fields")) {
        auto const& described = description.get_object();
        options.schema.emplace(field, index_kind_of(value_at(described, "queryable")));
        document::field_rule const rule{.required = bool_at(described, "required"),
                                        .type = read_type(string_at(described, "type"))};
        if (rule != document::field_rule()) {
            options.rules.emplace(field, rule);
        }
        if (auto language = string_at(described, "language"); language != own_language) {
            options.languages.emplace(field, std::move(language));
        }
        if (bool_at(described, "unique")) {
            options.unique.emplace(field);
        }
    }
    if (auto const& schema = value_at(section, "schema_config.json_schema"); !schema.is_null()) {
        options.json_schema = document::compile_json_schema(schema).value();
    }
}

constexpr std::string_view plane_names[] = {"control_server", "socket_server", "http_server"};

} // namespace

socket_settings read_socket_settings(boost::json::object const& document) {
    auto const& section = section_at(document, "servers.socket_server");
    return {.listener = read_listener(section),
            .heartbeat_interval = seconds_at(section, "heartbeat_interval"),
            .handshake_timeout = seconds_at(section, "recv_timeout"),
            .max_clients = integer_at(section, "max_clients")};
}

http_settings read_http_settings(boost::json::object const& document) {
    auto const& section = section_at(document, "servers.http_server");
    return {.listener = read_listener(section),
            .max_body_size = integer_at(section, "max_body_size"),
            .max_requests_per_second = number_at(section, "max_requests_per_second"),
            .cors = {.enabled = bool_at(section, "cors_enabled"),
                     .origins = strings_at(section, "cors_origins"),
                     .methods = strings_at(section, "cors_methods"),
                     .headers = strings_at(section, "cors_headers"),
                     .credentials = bool_at(section, "cors_credentials"),
                     .max_age_seconds = integer_at(section, "cors_max_age")}};
}

control_settings read_control_settings(boost::json::object const& document) {
    auto const& section = section_at(document, "servers.control_server");
    return {.listener = read_listener(section),
            .auth_enabled = bool_at(section, "auth.enabled"),
            .password_hash = string_at(section, "auth.password_hash"),
            .session_ttl = std::chrono::seconds(integer_at(section, "auth.session_ttl"))};
}

std::vector<std::filesystem::path> read_storage_nodes(boost::json::object const& document,
                                                      std::filesystem::path const& directory) {
    std::vector<std::filesystem::path> nodes;
    for (auto const& each : strings_at(document, "storage_nodes")) {
        nodes.push_back((std::filesystem::absolute(directory) / each).lexically_normal());
    }
    return nodes;
}

store_options read_store_options(boost::json::object const& section) {
    store_options options;
    options.description = string_at(section, "description");
    options.partitions = static_cast<std::uint32_t>(integer_at(section, "partitions"));
    options.mode = read_durability(string_at(section, "durability"));
    options.debounce_window = seconds_at(section, "write_queue_config.debounce_window");
    options.max_pending = integer_at(section, "write_queue_config.max_pending");
    options.default_query_limit = integer_at(section, "default_query_limit");
    options.max_query_time = std::chrono::milliseconds(integer_at(section, "max_query_execution_time_ms"));
    options.query_recursion_limit = integer_at(section, "query_recursion_limit");
    options.nested_queries = bool_at(section, "nested_queries_enabled");
    options.ttl_field = string_at(section, "ttl_field");
    options.auto_discover_on_write = bool_at(section, "schema_auto_discover_on_write");
    options.auto_discover_on_boot = bool_at(section, "schema_auto_discover_on_boot");
    options.compaction_dead_ratio = number_at(section, "file_config.compaction_dead_ratio");
    options.compaction_interval = seconds_at(section, "file_config.compaction_interval");
    options.ids = {.characters = string_at(section, "entity_config.token_chars"),
                   .length = integer_at(section, "entity_config.token_length"),
                   .auto_expand = bool_at(section, "entity_config.auto_expand")};
    options.index_ram_bytes = integer_at(section, "ram_config.index_ram_threshold_bytes");
    options.cache = {.max_entries = integer_at(section, "ram_config.max_size"),
                     .max_bytes = integer_at(section, "ram_config.max_bytes"),
                     .update_on_access = bool_at(section, "ram_config.update_on_access"),
                     .eviction = {.clean_type = string_at(section, "ram_config.clean_type"),
                                  .ttl = std::chrono::seconds(integer_at(section, "ram_config.ttl"))}};
    read_schema(section, options);
    return options;
}

bool is_loopback(std::string const& host) {
    if (host == "localhost") {
        return true;
    }
    boost::system::error_code failure;
    auto const address = boost::asio::ip::make_address(host, failure);
    return !failure && address.is_loopback();
}

result<> check_exposure(boost::json::object const& document) {
    auto const has_users = !section_at(document, "users").empty();
    auto const has_admin = !string_at(document, "servers.control_server.auth.password_hash").empty() ||
                           !section_at(document, "control_users").empty();
    for (auto const plane : plane_names) {
        auto const& section = section_at(document, fmt::format("servers.{}", plane));
        auto const listener = read_listener(section);
        if (!listener.enabled || is_loopback(listener.host) || bool_at(document, "servers.allow_insecure")) {
            continue;
        }
        auto const control = plane == "control_server";
        auto const guarded = control ? has_admin && bool_at(section, "auth.enabled") : has_users;
        if (guarded && listener.tls) {
            continue;
        }
        return fail(
            errc::invalid_argument,
            fmt::format("servers.{}.address.host is \"{}\", which other machines reach, and {}: listen on 127.0.0.1, "
                        "or set servers.allow_insecure when a proxy guards it",
                        plane, listener.host,
                        guarded   ? "TLS is off"
                        : control ? "no control login is set up"
                                  : "no users are configured"));
    }
    return {};
}

std::vector<std::string> health_warnings(boost::json::object const& document) {
    std::vector<std::string> warnings;
    if (auto const control = read_control_settings(document); control.listener.enabled && control.auth_enabled &&
                                                              control.password_hash.empty() &&
                                                              section_at(document, "control_users").empty()) {
        warnings.emplace_back("nobody can log in to the control plane yet: run `mkdb init` on the directory");
    }
    bool const no_users = section_at(document, "users").empty();
    if (no_users && bool_at(section_at(document, "data_security"), "protect_reads")) {
        warnings.emplace_back("data_security.protect_reads protects nothing until there are users: `mkdb user add`");
    }
    for (auto const& [name, value] : section_at(document, "stores")) {
        auto const& section = value.get_object();
        if (no_users && bool_at(section, "protect_reads")) {
            warnings.push_back(
                fmt::format("stores.{}.protect_reads protects nothing until there are users: `mkdb user add`",
                            std::string_view(name)));
        }
        if (auto const limit = integer_at(section, "query_recursion_limit"); limit > 20) {
            warnings.push_back(fmt::format("stores.{}.query_recursion_limit is {}: above 20 one filter can cost much",
                                           std::string_view(name), limit));
        }
        if (auto const length = integer_at(section, "entity_config.token_length");
            length > 32 || (length >= 28 && bool_at(section, "entity_config.auto_expand"))) {
            warnings.push_back(fmt::format("stores.{}.entity_config.token_length is {}: long ids cost memory and log",
                                           std::string_view(name), length));
        }
    }
    return warnings;
}

} // namespace mkdb::server
