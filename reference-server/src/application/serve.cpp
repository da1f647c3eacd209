#include "application/application.hpp"
#include "application/demo.hpp"
#include "application/serve.hpp"
#include "application/signals.hpp"

#include <mkdb/document/write.hpp>

#include <fmt/format.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace mkdb::server {
namespace {

constexpr std::size_t log_bytes = 10 * 1024 * 1024;
constexpr std::size_t log_files = 5;

void log_to_stderr() {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("mkdb", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    spdlog::flush_on(spdlog::level::info);
}

// Standard error stays the first place to look; the file keeps what scrolled away.
void log_to_file_too(std::filesystem::path const& directory) {
    try {
        auto file = std::make_shared<spdlog::sinks::rotating_file_sink_mt>((directory / "logs" / "mkdb.log").string(),
                                                                           log_bytes, log_files);
        file->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
        auto& sinks = spdlog::default_logger()->sinks();
        sinks.resize(1);
        sinks.push_back(std::move(file));
    } catch (spdlog::spdlog_ex const& failure) {
        spdlog::warn("no log file: {}", failure.what());
    }
}

boost::json::value endpoint_json(application const& app, plane which) {
    auto const at = app.endpoint(which);
    return at ? boost::json::value{{"host", at->host}, {"port", at->port}} : boost::json::value();
}

void print_ready_line(application const& app) {
    boost::json::object ready{{"ready", true}};
    for (auto const which : {plane::socket, plane::http, plane::control}) {
        ready[to_string(which)] = endpoint_json(app, which);
    }
    fmt::print("{}\n", document::to_json(ready));
    std::fflush(stdout);
}

std::string address(application const& app, plane which, std::string_view scheme) {
    auto const at = app.endpoint(which);
    return at ? fmt::format("{}{}:{}", scheme, at->host, at->port) : std::string("off");
}

void print_addresses(application& app) {
    fmt::print("MkDB {} serves {} ({} stores)\n", MKDB_VERSION, app.database().directory().string(),
               app.database().store_names().size());
    fmt::print("  socket   {}\n", address(app, plane::socket, "mkdb://"));
    fmt::print("  http     {}\n", address(app, plane::http, "http://"));
    fmt::print("  control  {}\n", address(app, plane::control, "http://"));
    fmt::print("Stop it with Ctrl+C.\n");
    std::fflush(stdout);
}

result<> run(serve_options const& options, signals& waiting) {
    MKDB_TRY_ASSIGN(auto const app, application::open(options.directory,
                                                      {options.control_port, options.socket_port, options.http_port}));
    log_to_file_too(options.directory);
    if (::geteuid() == 0) {
        app->events().add(event_level::warning, "server", "runs as root: a user of its own is safer");
    }
    if (options.demo) {
        MKDB_TRY(fill_with_samples(app->database(), app->config(), app->events()));
    }
    MKDB_TRY(app->listen());
    options.json ? print_ready_line(*app) : print_addresses(*app);
    waiting.wait_for_stop([&] {
        app->reopen_logs();
        log_to_file_too(options.directory);
    });
    return app->stop();
}

} // namespace

int serve(serve_options const& options) {
    signals waiting;
    log_to_stderr();
    if (auto const done = run(options, waiting); !done) {
        fmt::print(stderr, "mkdb: {}\n", done.error().message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

} // namespace mkdb::server
