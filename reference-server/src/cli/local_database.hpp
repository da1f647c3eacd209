#pragma once

#include "config/live_config.hpp"
#include "server_policies.hpp"

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mkdb::cli {

/// A database directory in the hands of a command, without a server. Stores are opened as config.json says.
class local_database {
public:
    /// Errors: those of config.json and of the database; `errc::locked` says that a server has the directory,
    /// `errc::invalid_argument` that it is PyMkDB's.
    [[nodiscard]] static result<std::unique_ptr<local_database>> open(std::filesystem::path const& directory);
    ~local_database();
    local_database(local_database const&) = delete;
    local_database& operator=(local_database const&) = delete;

    /// Opens a store that is on the disk. Errors: `errc::store_not_found` with the names that there are.
    [[nodiscard]] result<std::shared_ptr<server::server_store>> open_store(std::string const& name);

    /// The same for a command that fills a store: one that only config.json names is made, as it says there.
    /// Errors: `errc::store_not_found` where neither has it.
    [[nodiscard]] result<std::shared_ptr<server::server_store>> open_or_make_store(std::string const& name);

    /// Names of all its stores, sorted. Errors: `errc::io`.
    [[nodiscard]] result<std::vector<std::string>> stored_names() { return database_->stored_names(); }

    /// Opens every store that is there. Errors: the first that one gives.
    [[nodiscard]] result<> open_all();

    /// Makes a store with this `schema_config` and enters it into config.json. Errors: `errc::store_exists`.
    [[nodiscard]] result<std::shared_ptr<server::server_store>> create_store(std::string const& name,
                                                                             boost::json::object const& schema);

    [[nodiscard]] server::server_database& database() noexcept { return *database_; }
    [[nodiscard]] server::live_config const& config() const noexcept { return *config_; }

    /// Waits for what runs, and closes the stores. Errors: of the log; what it held may not be safe.
    [[nodiscard]] result<> close();

private:
    local_database() = default;

    boost::asio::thread_pool pool_{2}; // Goes last: commits run in it.
    std::unique_ptr<server::live_config> config_;
    std::unique_ptr<server::server_database> database_;
};

} // namespace mkdb::cli
