#pragma once

#include "config/live_config.hpp"

#include <mkdb/clock/system.hpp>
#include <mkdb/service/metrics_sink.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace mkdb::server {

/// What the data planes did to each store since the start or the last reset.
///
/// Thread safety: all members from any thread. Memory: a bounded number of clients, errors and slow queries a store.
class store_metrics final : public service::metrics_sink {
public:
    static constexpr std::size_t max_clients = 200;
    static constexpr std::size_t max_log_entries = 100;

    explicit store_metrics(live_config const& config) : config_(config), started_at_(clock_.wall()) {}

    void on_request(service::request_report const& report) override;
    void on_query(service::query_report const& report) override;
    void on_rate_limited(std::string_view store, std::string_view client) override;
    [[nodiscard]] std::string client_id_header(std::string_view store) const override;

    /// The documented keys but `ram_cache`, which the store itself knows.
    [[nodiscard]] boost::json::object describe(std::string const& store) const;
    void reset(std::string const& store);
    /// Of a store that is gone.
    void forget(std::string const& store);

    struct totals {
        std::uint64_t requests = 0;
        std::uint64_t errors = 0;
        std::uint64_t bytes_in = 0;
        std::uint64_t bytes_out = 0;
    };
    [[nodiscard]] totals sum() const;

private:
    struct client_record {
        std::uint64_t requests = 0;
        clock::wall_time last_seen;
    };
    using client_table = std::map<std::string, client_record, std::less<>>;
    struct counters {
        mutable std::mutex mutex;
        std::uint64_t reads = 0, writes = 0, deletes = 0, queries = 0, errors = 0, slow_queries = 0, rate_limited = 0;
        std::uint64_t bytes_in = 0, bytes_out = 0;
        std::array<std::uint64_t, 2> by_plane{};
        clock::wall_time reset_at;
        client_table clients;
        client_table limited;
        std::deque<boost::json::object> slow_log;
        std::deque<boost::json::object> error_log;
    };

    [[nodiscard]] std::shared_ptr<counters> of(std::string_view store);
    [[nodiscard]] std::shared_ptr<counters> find(std::string_view store) const;
    void note_client(client_table& clients, std::string_view client) const;
    void note_error(counters& store, service::request_report const& report) const;
    [[nodiscard]] static boost::json::array list(client_table const& clients);

    live_config const& config_;
    clock::system clock_;
    clock::wall_time started_at_;
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::shared_ptr<counters>, std::less<>> stores_;
};

} // namespace mkdb::server
