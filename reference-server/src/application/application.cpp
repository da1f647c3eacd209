#include "application/application.hpp"
#include "application/last_flush.hpp"
#include "application/store_opening.hpp"
#include "config/settings.hpp"
#include "pymkdb/source_directory.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <future>

namespace mkdb::server {
namespace {

constexpr auto patience = std::chrono::seconds(7);

std::function<void(std::function<void()>)> executor_on(boost::asio::thread_pool& pool) {
    return [&pool](std::function<void()> task) { boost::asio::post(pool, std::move(task)); };
}

event_level level_of(event::severity severity) {
    switch (severity) {
    case event::severity::info:
        return event_level::info;
    case event::severity::warning:
        return event_level::warning;
    case event::severity::error:
        return event_level::error;
    case event::severity::recovery:
        return event_level::recovery;
    }
    return event_level::info;
}

} // namespace

result<std::unique_ptr<application>> application::open(std::filesystem::path const& directory,
                                                       port_overrides const& ports) {
    std::unique_ptr<application> app(new application);
    // The configuration is looked at before anything is made: a mistake in it, or in DIR, leaves no trace.
    file::posix files;
    MKDB_TRY_ASSIGN(auto const looked_at, config_file<file::posix>(files, directory).load());
    MKDB_TRY(pymkdb::check_not_source(files, directory));
    MKDB_TRY(app->open_database(directory, read_storage_nodes(looked_at.document, directory)));
    MKDB_TRY(app->open_logs(directory));
    MKDB_TRY(app->open_config(directory));
    app->build_services(directory, ports);
    open_stores(*app->database_, *app->config_->snapshot(), *app->events_);
    return app;
}

application::~application() {
    if (database_) {
        static_cast<void>(stop());
    }
}

result<> application::open_database(std::filesystem::path const& directory,
                                    std::vector<std::filesystem::path> storage_nodes) {
    auto const cores = std::max(2U, std::thread::hardware_concurrency());
    commit_pool_ = std::make_unique<boost::asio::thread_pool>(std::clamp(cores, 2U, 8U));
    query_pool_ = std::make_unique<boost::asio::thread_pool>(cores);
    control_pool_ = std::make_unique<boost::asio::thread_pool>(2);
    database_options options;
    options.executor = executor_on(*commit_pool_);
    options.storage_nodes = std::move(storage_nodes);
    options.reserve_bytes = disk_reserve;
    options.on_event = [this](event const& what) {
        if (events_) {
            events_->add(level_of(what.level), what.source, what.message);
        } else {
            early_events_.push_back(what);
        }
    };
    options.on_progress = [this](opening_progress const& now) {
        if (events_) {
            events_->add(event_level::info, now.store,
                         "partition " + std::to_string(now.partition) + ": read " +
                             std::to_string(now.bytes_done / mebibyte) + " of " +
                             std::to_string(now.bytes_total / mebibyte) + " MiB of its log");
        }
    };
    MKDB_TRY_ASSIGN(database_, server_database::open(directory, std::move(options)));
    return {};
}

result<> application::open_logs(std::filesystem::path const& directory) {
    file::posix files;
    MKDB_TRY(files.create_directories(directory / "logs"));
    MKDB_TRY_ASSIGN(auto event_file, json_lines_log::open(directory / "logs" / "events.jsonl"));
    MKDB_TRY_ASSIGN(auto limit_file, json_lines_log::open(directory / "logs" / "rate_limit.jsonl"));
    events_ = std::make_unique<event_log>(std::move(event_file));
    for (auto const& what : early_events_) {
        events_->add(level_of(what.level), what.source, what.message);
    }
    early_events_.clear();
    limits_ = std::make_unique<request_limits>(std::move(limit_file));
    return {};
}

result<> application::open_config(std::filesystem::path const& directory) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto loaded, config_file<file::posix>(files, directory).load());
    for (auto const& warning : loaded.warnings) {
        events_->add(event_level::warning, "config", warning);
    }
    for (auto const& warning : health_warnings(loaded.document)) {
        events_->add(event_level::warning, "config", warning);
    }
    struct ::stat rights {};
    if (::stat(directory.c_str(), &rights) == 0 && (rights.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        events_->add(event_level::warning, "config",
                     fmt::format("{} can be entered by other users: chmod 700 it", directory.string()));
    }
    MKDB_TRY(check_exposure(loaded.document));
    config_ = std::make_unique<live_config>(directory, std::move(loaded.document));
    return {};
}

void application::build_services(std::filesystem::path const& directory, port_overrides const& ports) {
    metrics_ = std::make_unique<store_metrics>(*config_);
    hashing_ = std::make_unique<hashing_worker>();
    auto const audit = [this](std::string const& message) { events_->add(event_level::warning, "auth", message); };
    access_ = std::make_unique<data_access>(*config_, *hashing_, audit);
    login_ = std::make_unique<control_login>(*config_, *hashing_, audit);
    service_ = std::make_unique<service::data_service<server_database>>(
        *database_, *access_, *metrics_,
        service::data_service_options<clock::system>{.query_executor = executor_on(*query_pool_)});
    apply(*config_->snapshot());
    config_->on_change([this](live_config::snapshot_type const& document) { apply(*document); });
    listeners_ = std::make_unique<listeners>(
        io_, listener_services{.config = *config_,
                               .socket = {*service_, *access_, *metrics_},
                               .http = {*service_, *access_, *metrics_, *limits_},
                               .control =
                                   [this](protocol::http_request request, protocol::http_responder respond) {
                                       control_->handle(std::move(request), std::move(respond));
                                   },
                               .later = executor_on(*control_pool_),
                               .ports = ports});
    backups_ = std::make_unique<backup_service>(std::filesystem::absolute(directory), *database_, *config_, *events_);
    context_ = std::make_unique<control_context>(control_context{std::filesystem::absolute(directory), *database_,
                                                                 *config_, *hashing_, sessions_, *events_, *metrics_,
                                                                 *limits_, *listeners_, *backups_,
                                                                 clock::system().wall()});
    control_ = std::make_unique<control_plane>(*context_, *login_, executor_on(*control_pool_));
}

void application::apply(boost::json::object const& document) {
    access_->refresh(document);
    limits_->set_rates(read_request_rates(document));
    if (backups_) {
        backups_->reschedule();
    }
}

result<> application::listen() {
    io_thread_ = std::jthread([this, guard = boost::asio::make_work_guard(io_)]() mutable { io_.run(); });
    MKDB_TRY(listeners_->start_enabled());
    backups_->reschedule();
    events_->add(event_level::info, "server", "ready");
    return {};
}

std::optional<transport::endpoint> application::endpoint(plane which) const {
    return listeners_->endpoint(which);
}

void application::reopen_logs() {
    events_->reopen();
    limits_->reopen();
}

result<> application::stop() {
    if (backups_) {
        backups_->stop();
    }
    if (io_thread_.joinable()) {
        events_->add(event_level::info, "server", "stopping");
        listeners_->stop_all();
    }
    finish_work();
    io_.stop();
    io_thread_ = {};
    backups_.reset();
    auto const closed = database_->close();
    database_.reset();
    if (!closed) {
        events_->add(event_level::error, "database", closed.error().message);
    }
    return closed;
}

// A query without a time limit may run for long. It changes nothing, so it is left behind rather than waited for.
void application::finish_work() {
    auto joined = std::async(std::launch::async, [this] {
        control_pool_->join();
        query_pool_->join();
        commit_pool_->join();
    });
    if (joined.wait_for(patience) == std::future_status::timeout) {
        auto const status = flush_stores(*database_, *events_);
        if (status == 0) {
            events_->add(event_level::warning, "server", "stopped with work unfinished that changes no data");
        }
        std::_Exit(status);
    }
    hashing_.reset();
}

} // namespace mkdb::server
