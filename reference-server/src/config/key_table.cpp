#include "config/key_table.hpp"

#include <mkdb/core/limits.hpp>

namespace mkdb::server {
namespace {

constexpr double huge = 9007199254740992.0; // 2^53: what every JSON tool keeps exactly
constexpr double year_seconds = 31536000;

constexpr key_description flag(std::string_view path, std::string_view fallback, std::string_view purpose) {
    return {path, key_kind::boolean, fallback, 0, 0, {}, purpose};
}
constexpr key_description whole(std::string_view path, std::string_view fallback, double minimum, double maximum,
                                std::string_view purpose) {
    return {path, key_kind::integer, fallback, minimum, maximum, {}, purpose};
}
constexpr key_description real(std::string_view path, std::string_view fallback, double minimum, double maximum,
                               std::string_view purpose) {
    return {path, key_kind::number, fallback, minimum, maximum, {}, purpose};
}
constexpr key_description text(std::string_view path, std::string_view fallback, std::string_view purpose) {
    return {path, key_kind::text, fallback, 0, 0, {}, purpose};
}
constexpr key_description list(std::string_view path, std::string_view fallback, std::string_view purpose) {
    return {path, key_kind::text_list, fallback, 0, 0, {}, purpose};
}
constexpr key_description choice(std::string_view path, std::string_view fallback, std::string_view choices,
                                 std::string_view purpose) {
    return {path, key_kind::choice, fallback, 0, 0, choices, purpose};
}

constexpr key_description keys[] = {
    text("name", R"("mkdb")", "Name of the database, shown in the panel"),
    list("storage_nodes", "[]",
         "Further directories, mostly disks, over which the partitions of new stores are spread"),

    text("stores.*.name", R"("")", "The store's name again, as older files have it"),
    text("stores.*.description", R"("")", "For people"),
    whole("stores.*.partitions", "0", 0, limits::partitions, "0: one a hardware thread, at most 8; fixed at creation"),
    choice("stores.*.durability", R"("sync")", "sync|interval|buffered", "What an acknowledged write survives"),
    whole("stores.*.default_query_limit", "300", 0, huge, "Most records of a query that names no limit; 0: all"),
    flag("stores.*.protect_reads", "false", "Reads need credentials, once there are users"),
    whole("stores.*.slow_query_threshold_ms", "0", 0, huge, "Slower queries are logged; 0: none"),
    whole("stores.*.max_query_execution_time_ms", "0", 0, huge, "Slower queries are stopped; 0: none"),
    whole("stores.*.query_recursion_limit", "12", 1, limits::query_recursion, "Deepest nesting of a filter"),
    text("stores.*.client_id_header", R"("")", "HTTP header that names the client in the metrics"),
    flag("stores.*.schema_auto_discover_on_boot", "false",
         "Add unseen fields to the schema at start, until it has 1000"),
    flag("stores.*.schema_auto_discover_on_write", "false",
         "Add unseen fields to the schema when written, until it has 1000"),
    text(
        "stores.*.ttl_field", R"("")",
        "Field, with a numeric index, that holds when a record is over (milliseconds since 1970); empty: records stay"),
    flag("stores.*.nested_queries_enabled", "false", "Dotted names reach into objects"),
    choice("stores.*.file_config.type", R"("rolling_log")", "rolling_log|memory", "Where records are kept"),
    whole("stores.*.file_config.file_size_split_trigger", "20000000", 4096, 4294967295.0,
          "Segment size of a file that lacks segment_threshold"),
    whole("stores.*.file_config.segment_threshold", "52428800", 4096, 4294967295.0, "Bytes at which a segment rolls"),
    whole("stores.*.file_config.blob_threshold", "5242880", 0, huge,
          "Records of so many bytes get segments of their own; 0: none does"),
    whole("stores.*.file_config.parity_nsym", "10", 0, 128,
          "Parity blocks for each 255 less so many blocks of data in sealed segments; 0: no parity"),
    real("stores.*.file_config.compaction_dead_ratio", "0.3", 0, 1,
         "Share of dead bytes from which a segment is rewritten; at least 0.05"),
    real("stores.*.file_config.compaction_interval", "60", 0, year_seconds,
         "Seconds between looks for such segments; 0: only when asked"),
    text("stores.*.entity_config.token_chars", R"("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")",
         "Characters of generated ids"),
    whole("stores.*.entity_config.token_length", "16", 1, 128, "Length of generated ids"),
    flag("stores.*.entity_config.auto_expand", "false", "Longer ids when a length is exhausted"),
    whole("stores.*.ram_config.max_size", "1000", 0, huge, "Records in the cache"),
    whole("stores.*.ram_config.max_bytes", "0", 0, huge, "Bytes in the cache; 0: by max_size"),
    real("stores.*.ram_config.ttl", "3600", 0, year_seconds, "Seconds a cached record lives"),
    real("stores.*.ram_config.cleanup_interval", "600", 0, year_seconds,
         "Kept for older files: an expired record goes when it is met or its room is needed"),
    choice("stores.*.ram_config.clean_type", R"("lru")", "lru|lfu|ttl|none", "Which record leaves a full cache"),
    flag("stores.*.ram_config.update_on_access", "true", "Reading a record keeps it longer"),
    flag("stores.*.ram_config.index", "true", "Kept for older files"),
    real("stores.*.ram_config.index_cache_ttl", "3600", 0, year_seconds, "Kept for older files"),
    flag("stores.*.ram_config.query_fields", "true", "Kept for older files"),
    real("stores.*.ram_config.query_fields_cache_ttl", "3600", 0, year_seconds, "Kept for older files"),
    whole("stores.*.ram_config.index_ram_threshold_bytes", "0", 0, huge,
          "RAM for indexes; beyond it they lie on the store's disks; 0: no limit"),
    flag("stores.*.query_worker_config.parallel_enabled", "false",
         "Scan with several threads; not used in this version"),
    whole("stores.*.query_worker_config.worker_count", "0", 0, 256,
          "Threads for scans; 0: by hardware; not used in this version"),
    whole("stores.*.query_worker_config.worker_cache_size", "500", 0, huge, "Kept for older files"),
    real("stores.*.query_worker_config.worker_cache_ttl", "30", 0, year_seconds, "Kept for older files"),
    real("stores.*.query_worker_config.task_timeout", "30", 0, year_seconds, "Kept for older files"),
    real("stores.*.query_worker_config.reboot_interval_hours", "0", 0, year_seconds, "Kept for older files"),
    text("stores.*.schema_config.fields.*.name", R"("")", "The field's name again, as older files have it"),
    {"stores.*.schema_config.fields.*.queryable", key_kind::index_kind, "false", 0, 0, "exact|full-text|numeric",
     "Kind of index"},
    flag("stores.*.schema_config.fields.*.indexed", "false", "Kept for older files"),
    flag("stores.*.schema_config.fields.*.required", "false",
         "Writes that would leave a record without it are refused"),
    {"stores.*.schema_config.fields.*.language",
     key_kind::language,
     R"("english")",
     0,
     0,
     {},
     "In which its text is searched for words"},
    choice("stores.*.schema_config.fields.*.type", R"("any")", "any|boolean|integer|number|string|array|object",
           "What writes may leave in it"),
    flag("stores.*.schema_config.fields.*.unique", "false",
         "Writes that would give it a value that another record holds are refused; needs queryable exact"),
    {"stores.*.schema_config.json_schema",
     key_kind::json_schema,
     "null",
     0,
     0,
     {},
     "What every record that is written must keep; null: anything"},
    real("stores.*.write_queue_config.debounce_window", "5.0", 0.001, 3600,
         "Longest wait in seconds for a sync (interval) or a write (buffered)"),
    whole("stores.*.write_queue_config.max_pending", "10000", 1, 10000000, "Buffered records before writers wait"),
    flag("stores.*.rate_limit.enabled", "false", "Limit requests to this store"),
    real("stores.*.rate_limit.max_requests_per_second", "100", 0.01, 1e9, "For all clients of the store together"),

    flag("servers.control_server.enabled", "true", "Open this listener"),
    text("servers.control_server.address.host", R"("127.0.0.1")", "Address to listen on"),
    whole("servers.control_server.address.port", "8090", 0, 65535, "0: any free port"),
    flag("servers.control_server.auth.enabled", "true", "The control plane needs a login"),
    text("servers.control_server.auth.password_hash", R"("")", "Of the administrator's password"),
    whole("servers.control_server.auth.session_ttl", "3600", 60, year_seconds, "Seconds a login lasts"),
    flag("servers.control_server.tls.enabled", "false", "Speak TLS; this version refuses to start with it"),
    text("servers.control_server.tls.certificate", R"("")", "PEM file with the certificate chain"),
    text("servers.control_server.tls.private_key", R"("")", "PEM file with the key"),
    flag("servers.socket_server.enabled", "true", "Open this listener"),
    text("servers.socket_server.address.host", R"("127.0.0.1")", "Address to listen on"),
    whole("servers.socket_server.address.port", "9001", 0, 65535, "0: any free port"),
    flag("servers.socket_server.auth.enabled", "true", "Kept for older files"),
    text("servers.socket_server.auth.password_hash", R"("")", "Kept for older files"),
    whole("servers.socket_server.auth.session_ttl", "3600", 60, year_seconds, "Kept for older files"),
    real("servers.socket_server.heartbeat_interval", "5", 0.05, 3600, "Seconds between pings"),
    whole("servers.socket_server.max_clients", "100", 1, 100000, "Connections at once"),
    real("servers.socket_server.recv_timeout", "30", 0.05, 3600, "Seconds that a handshake may take"),
    flag("servers.socket_server.tls.enabled", "false", "Speak TLS; this version refuses to start with it"),
    text("servers.socket_server.tls.certificate", R"("")", "PEM file with the certificate chain"),
    text("servers.socket_server.tls.private_key", R"("")", "PEM file with the key"),
    flag("servers.http_server.enabled", "true", "Open this listener"),
    text("servers.http_server.address.host", R"("127.0.0.1")", "Address to listen on"),
    whole("servers.http_server.address.port", "9002", 0, 65535, "0: any free port"),
    flag("servers.http_server.auth.enabled", "true", "Kept for older files"),
    text("servers.http_server.auth.password_hash", R"("")", "Kept for older files"),
    whole("servers.http_server.auth.session_ttl", "3600", 60, year_seconds, "Kept for older files"),
    whole("servers.http_server.max_body_size", "10485760", 1, 1073741824, "Bytes of a request's body"),
    flag("servers.http_server.cors_enabled", "false", "Answer other origins"),
    list("servers.http_server.cors_origins", R"(["*"])", "Origins that are answered"),
    list("servers.http_server.cors_methods", R"(["GET","POST","DELETE","OPTIONS"])", "Methods they may use"),
    list("servers.http_server.cors_headers", R"(["Content-Type","Authorization","X-Requested-With"])",
         "Headers they may send"),
    flag("servers.http_server.cors_credentials", "false", "They may send credentials; never together with *"),
    whole("servers.http_server.cors_max_age", "86400", 0, year_seconds, "Seconds a preflight is remembered"),
    real("servers.http_server.max_requests_per_second", "100", 0, 1e9, "A client address; 0: no limit"),
    flag("servers.http_server.tls.enabled", "false", "Speak TLS; this version refuses to start with it"),
    text("servers.http_server.tls.certificate", R"("")", "PEM file with the certificate chain"),
    text("servers.http_server.tls.private_key", R"("")", "PEM file with the key"),
    flag("servers.allow_insecure", "false", "Listen beyond this machine without users and TLS (a proxy does it)"),

    text("users.*.username", R"("")", "The user's name again, as older files have it"),
    text("users.*.password_hash", R"("")", "pbkdf2:sha256:iterations:salt:hex"),
    flag("users.*.stores.*.read", "true", "May read this store"),
    flag("users.*.stores.*.write", "false", "May write this store"),
    text("control_users.*.username", R"("")", "The user's name again, as older files have it"),
    text("control_users.*.password_hash", R"("")", "pbkdf2:sha256:iterations:salt:hex"),
    choice("control_users.*.role", R"("viewer")", "viewer|operator|admin", "What the user may do"),

    flag("data_security.protect_reads", "false", "Reads of every store need credentials, once there are users"),
    flag("data_security.disable_default_password", "false", "Without users nobody may write"),
    flag("backup.enabled", "false", "Back up by schedule"),
    real("backup.interval", "3600", 1, year_seconds, "Seconds between backups"),
    text("backup.directory", R"("backups")", "Below the database directory unless absolute"),
    flag("backup.verify", "true", "Read the segments of earlier backups that a backup counts on"),
};

} // namespace

std::span<key_description const> config_keys() noexcept {
    return keys;
}

} // namespace mkdb::server
