#include "application/process_log.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace mkdb::server {
namespace {

constexpr std::size_t log_bytes = 10 * 1024 * 1024;
constexpr std::size_t log_files = 5;

} // namespace

process_log::process_log()
    : standard_error_(std::make_shared<spdlog::sinks::stderr_color_sink_mt>()),
      outputs_(std::make_shared<spdlog::sinks::dist_sink_mt>()) {
    standard_error_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    outputs_->set_sinks({standard_error_});
    auto logger = std::make_shared<spdlog::logger>("mkdb", outputs_);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

void process_log::write_to(std::filesystem::path const& directory) {
    try {
        auto file = std::make_shared<spdlog::sinks::rotating_file_sink_mt>((directory / "logs" / "mkdb.log").string(),
                                                                           log_bytes, log_files);
        file->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
        outputs_->set_sinks({standard_error_, std::move(file)});
    } catch (spdlog::spdlog_ex const& failure) {
        spdlog::warn("no log file: {}", failure.what());
    }
}

} // namespace mkdb::server
