#pragma once

#include "metrics/json_lines_log.hpp"

#include <mkdb/clock/system.hpp>

#include <boost/json/array.hpp>

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace mkdb::server {

enum class event_level { info, warning, error, recovery };

[[nodiscard]] constexpr bool is_event_level(std::string_view name) noexcept {
    return name == "info" || name == "warning" || name == "error" || name == "recovery";
}

[[nodiscard]] constexpr std::string_view to_string(event_level level) noexcept {
    switch (level) {
    case event_level::info:
        return "info";
    case event_level::warning:
        return "warning";
    case event_level::error:
        return "error";
    case event_level::recovery:
        return "recovery";
    }
    return "info";
}

/// What happened, for operators: the newest in memory, all in logs/events.jsonl and on standard error.
///
/// Thread safety: all members from any thread.
class event_log {
public:
    static constexpr std::size_t kept_in_memory = 200;

    explicit event_log(std::unique_ptr<json_lines_log> file, clock::system clock = {})
        : file_(std::move(file)), clock_(clock) {}

    void add(event_level level, std::string_view source, std::string_view message);

    /// Newest first. An empty level means all.
    [[nodiscard]] boost::json::array newest(std::size_t limit, std::string_view level) const;

    void reopen() { file_->reopen(); }

private:
    std::unique_ptr<json_lines_log> file_;
    clock::system clock_;
    mutable std::mutex mutex_;
    std::deque<boost::json::object> events_;
};

} // namespace mkdb::server
