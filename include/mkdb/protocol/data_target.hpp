#pragma once

#include <mkdb/document/percent.hpp>
#include <mkdb/protocol/http_message.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

/// The resources of the HTTP plane.
enum class data_resource { health, stores, record, batch, query, explain, client_script };

struct data_target {
    data_resource what = data_resource::health;
    std::string store;
    std::string record_id;
};

/// What a target names, or the failure that answers it.
struct resolved_target {
    std::optional<data_target> target;
    http_response failure;
};

/// The methods that a resource takes, as an Allow header says it.
[[nodiscard]] constexpr std::string_view allowed_methods(data_resource what) noexcept {
    switch (what) {
    case data_resource::stores: return "GET, HEAD, POST, OPTIONS";
    case data_resource::record: return "GET, HEAD, DELETE, OPTIONS";
    case data_resource::batch:
    case data_resource::query:
    case data_resource::explain: return "POST, OPTIONS";
    default: return "GET, HEAD, OPTIONS";
    }
}

[[nodiscard]] inline bool allows_method(data_resource what, std::string_view method) noexcept {
    auto const reads = method == "GET" || method == "HEAD";
    switch (what) {
    case data_resource::stores: return reads || method == "POST";
    case data_resource::record: return reads || method == "DELETE";
    case data_resource::batch:
    case data_resource::query:
    case data_resource::explain: return method == "POST";
    default: return reads;
    }
}

namespace detail {

// Segments are cut before they are decoded: an id may hold a slash.
[[nodiscard]] inline resolved_target resolve_record(std::string_view rest) {
    auto const slash = rest.find('/');
    if (slash == std::string_view::npos || rest.find('/', slash + 1) != std::string_view::npos) {
        return {{}, http_failure(404, "Not found: a record is at /data/{store}/{id}")};
    }
    auto store = document::percent_decode(rest.substr(0, slash));
    auto id = document::percent_decode(rest.substr(slash + 1));
    if (!store || !id) {
        return {{}, http_failure(400, "The path is not percent-encoded UTF-8")};
    }
    return {data_target{data_resource::record, *std::move(store), *std::move(id)}, {}};
}

} // namespace detail

[[nodiscard]] inline resolved_target resolve_target(std::string_view target) {
    auto const path = target.substr(0, target.find('?'));
    constexpr std::string_view records = "/data/";
    if (path.starts_with(records)) {
        return detail::resolve_record(path.substr(records.size()));
    }
    for (auto const& [name, what] : {std::pair{"/data", data_resource::stores},
                                     {"/batch", data_resource::batch},
                                     {"/query", data_resource::query},
                                     {"/explain", data_resource::explain},
                                     {"/health", data_resource::health},
                                     {"/mkdb-client.js", data_resource::client_script}}) {
        if (path == name) {
            return {data_target{what, {}, {}}, {}};
        }
    }
    return {{}, http_failure(404, "Not found")};
}

} // namespace mkdb::protocol
