#pragma once

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>

#include <atomic>
#include <filesystem>
#include <memory>

namespace spdlog {
class logger;
}

namespace mkdb::server {

/// A file of JSON Lines that rotates by size: `name.jsonl`, `name.1.jsonl` and so on. Records are kept on a best
/// effort: a full disk loses lines, never requests.
///
/// Thread safety: all members from any thread.
class json_lines_log {
public:
    static constexpr std::size_t rotate_bytes = 10 * 1024 * 1024;
    static constexpr std::size_t rotated_files = 5;

    [[nodiscard]] static result<std::unique_ptr<json_lines_log>> open(std::filesystem::path const& path);

    void append(boost::json::object const& line);

    /// Opens the file anew, after something outside moved it.
    void reopen();

private:
    explicit json_lines_log(std::filesystem::path path) : path_(std::move(path)) {}
    [[nodiscard]] result<> open_file();

    std::filesystem::path path_;
    std::atomic<std::shared_ptr<spdlog::logger>> logger_;
};

} // namespace mkdb::server
