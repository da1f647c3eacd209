#include "metrics/json_lines_log.hpp"

#include <mkdb/document/write.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

namespace mkdb::server {

result<std::unique_ptr<json_lines_log>> json_lines_log::open(std::filesystem::path const& path) {
    std::unique_ptr<json_lines_log> log(new json_lines_log(path));
    MKDB_TRY(log->open_file());
    return log;
}

result<> json_lines_log::open_file() {
    try {
        auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path_.string(), rotate_bytes, rotated_files);
        auto logger = std::make_shared<spdlog::logger>("", std::move(sink));
        logger->set_pattern("%v");
        logger->flush_on(spdlog::level::info);
        logger->set_error_handler([](std::string const&) {});
        logger_.store(std::move(logger));
        return {};
    } catch (spdlog::spdlog_ex const& failure) {
        return fail(errc::io, failure.what());
    }
}

void json_lines_log::append(boost::json::object const& line) {
    logger_.load()->info(spdlog::string_view_t(document::to_json(line)));
}

void json_lines_log::reopen() {
    // When it cannot be opened anew, the lines go on where they went.
    static_cast<void>(open_file());
}

} // namespace mkdb::server
