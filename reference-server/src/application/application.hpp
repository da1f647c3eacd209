#pragma once

#include "application/listeners.hpp"
#include "auth/control_login.hpp"
#include "auth/data_access.hpp"
#include "backup/backup_service.hpp"
#include "control/control_plane.hpp"

#include <mkdb/service/data_service.hpp>

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace mkdb::server {

/// A running server: all that it is made of, in the order in which it starts. It stops in reverse.
class application {
public:
    /// Locks the directory, reads the configuration and opens the stores. Listeners are opened by `listen`.
    [[nodiscard]] static result<std::unique_ptr<application>> open(std::filesystem::path const& directory,
                                                                   port_overrides const& ports = {});
    ~application();

    [[nodiscard]] result<> listen();
    [[nodiscard]] std::optional<transport::endpoint> endpoint(plane which) const;

    /// Opens the log files anew, after a log rotation outside.
    void reopen_logs();

    /// Answers what is in flight, closes listeners, finishes commits, closes stores. Returns within ten seconds, or a
    /// minute more for each store whose indexes lie on a disk.
    [[nodiscard]] result<> stop();

    [[nodiscard]] server_database& database() { return *database_; }
    [[nodiscard]] live_config& config() { return *config_; }
    [[nodiscard]] event_log& events() { return *events_; }

private:
    application() = default;
    [[nodiscard]] result<> open_logs(std::filesystem::path const& directory);
    [[nodiscard]] result<> open_database(std::filesystem::path const& directory,
                                         std::vector<std::filesystem::path> storage_nodes);
    [[nodiscard]] result<> open_config(std::filesystem::path const& directory);
    void build_services(std::filesystem::path const& directory, port_overrides const& ports);
    void apply(boost::json::object const& document);
    void finish_work();

    std::vector<event> early_events_; ///< Of the opening of the database, whose lock comes before the logs.
    std::unique_ptr<event_log> events_;
    std::unique_ptr<request_limits> limits_;
    std::unique_ptr<boost::asio::thread_pool> commit_pool_;
    std::unique_ptr<boost::asio::thread_pool> query_pool_;
    std::unique_ptr<boost::asio::thread_pool> control_pool_;
    std::unique_ptr<server_database> database_;
    std::unique_ptr<live_config> config_;
    std::unique_ptr<store_metrics> metrics_;
    std::unique_ptr<data_access> access_;
    std::unique_ptr<service::data_service<server_database>> service_;
    session_table<> sessions_;
    std::unique_ptr<hashing_worker> hashing_;
    std::unique_ptr<control_login> login_;
    boost::asio::io_context io_{1};
    std::unique_ptr<listeners> listeners_;
    std::unique_ptr<backup_service> backups_;
    std::unique_ptr<control_context> context_;
    std::unique_ptr<control_plane> control_;
    std::jthread io_thread_;
};

} // namespace mkdb::server
