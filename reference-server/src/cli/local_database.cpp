#include "application/store_opening.hpp"
#include "cli/local_database.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/store_settings.hpp"
#include "pymkdb/source_directory.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mkdb::cli {

result<std::unique_ptr<local_database>> local_database::open(std::filesystem::path const& directory) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto loaded, server::config_file<file::posix>(files, directory).load());
    MKDB_TRY(pymkdb::check_not_source(files, directory));
    std::unique_ptr<local_database> local(new local_database);
    database_options options;
    options.executor = [pool = &local->pool_](std::function<void()> task) {
        boost::asio::post(*pool, std::move(task));
    };
    options.on_event = [](event const& what) { fmt::print(stderr, "{}: {}\n", what.source, what.message); };
    options.storage_nodes = server::read_storage_nodes(loaded.document, directory);
    options.reserve_bytes = server::disk_reserve;
    auto opened = server::server_database::open(directory, std::move(options));
    if (!opened && opened.error().code == errc::locked) {
        return fail(errc::locked,
                    fmt::format("{} is in use, by a server or another command: give the server instead, as "
                                "HOST:PORT, or stop it first",
                                directory.string()));
    }
    MKDB_TRY_ASSIGN(local->database_, std::move(opened));
    local->config_ = std::make_unique<server::live_config>(directory, std::move(loaded.document));
    return local;
}

local_database::~local_database() {
    pool_.join();
}

result<std::shared_ptr<server::server_store>> local_database::open_store(std::string const& name) {
    MKDB_TRY_ASSIGN(auto const names, database_->stored_names());
    if (!std::ranges::binary_search(names, name)) {
        return fail(errc::store_not_found,
                    fmt::format("{} has no store '{}'; it has {}", database_->directory().string(), name,
                                names.empty() ? "none yet" : fmt::format("{}", fmt::join(names, ", "))));
    }
    return open_or_make_store(name);
}

result<std::shared_ptr<server::server_store>> local_database::open_or_make_store(std::string const& name) {
    return server::open_configured(*database_, *config_->snapshot(), name);
}

result<> local_database::open_all() {
    MKDB_TRY_ASSIGN(auto const names, database_->stored_names());
    for (auto const& name : names) {
        MKDB_TRY(open_or_make_store(name));
    }
    return {};
}

result<std::shared_ptr<server::server_store>> local_database::create_store(std::string const& name,
                                                                           boost::json::object const& schema) {
    auto section = server::new_store_section(name);
    server::merge_section("stores.*", section, {{"schema_config", schema}});
    MKDB_TRY(server::add_store(*database_, *config_, name, section));
    return database_->find_store(name);
}

result<> local_database::close() {
    pool_.join();
    return database_->close();
}

} // namespace mkdb::cli
