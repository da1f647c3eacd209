#pragma once

#include <mkdb/core/error.hpp>
#include <mkdb/service/request.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace mkdb::service {

enum class plane { socket, http };

/// One answered request, as the transport saw it. The views live only for the call.
struct request_report {
    plane transport = plane::socket;
    action what = action::ping;
    std::string_view store;
    std::string_view client; ///< Address, or what the store's client id header said.
    std::size_t bytes_in = 0;
    std::size_t bytes_out = 0;
    std::chrono::nanoseconds duration{0};
    error const* failure = nullptr;
};

/// One query that ran, for a log of slow ones. The views live only for the call.
struct query_report {
    std::string_view store;
    std::string_view client;
    boost::json::object const& query;
    std::chrono::nanoseconds duration;
    error const* failure = nullptr;
};

/// Takes what the data planes measure. This one drops it.
///
/// Thread safety: all calls come from any thread and must be quick.
class metrics_sink {
public:
    virtual ~metrics_sink() = default;

    virtual void on_request(request_report const& /*report*/) {}
    virtual void on_query(query_report const& /*report*/) {}
    /// A request that the rate limit refused; it is not reported by `on_request`.
    virtual void on_rate_limited(std::string_view /*store*/, std::string_view /*client*/) {}
    /// Name of the HTTP header that identifies the clients of `store`; empty: their address does.
    [[nodiscard]] virtual std::string client_id_header(std::string_view /*store*/) const { return {}; }
};

} // namespace mkdb::service
