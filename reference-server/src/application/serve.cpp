#include "application/application.hpp"
#include "application/demo.hpp"
#include "application/process_log.hpp"
#include "application/serve.hpp"
#include "application/signals.hpp"

#include <mkdb/document/write.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace mkdb::server {
namespace {

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

result<> run(serve_options const& options, signals& waiting, process_log& log) {
    MKDB_TRY_ASSIGN(auto const app, application::open(options.directory,
                                                      {options.control_port, options.socket_port, options.http_port}));
    log.write_to(options.directory);
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
        log.write_to(options.directory);
    });
    return app->stop();
}

} // namespace

int serve(serve_options const& options) {
    signals waiting;
    process_log log;
    if (auto const done = run(options, waiting, log); !done) {
        fmt::print(stderr, "mkdb: {}\n", done.error().message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

} // namespace mkdb::server
