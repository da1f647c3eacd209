#include "metrics/event_log.hpp"
#include "metrics/timestamp.hpp"

#include <spdlog/spdlog.h>

namespace mkdb::server {
namespace {

spdlog::level::level_enum severity(event_level level) {
    switch (level) {
    case event_level::info:
        return spdlog::level::info;
    case event_level::warning:
    case event_level::recovery:
        return spdlog::level::warn;
    case event_level::error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

// A name from outside must not be able to begin a line of its own.
std::string one_line(std::string_view message) {
    std::string line;
    for (auto const byte : message) {
        auto const control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
        line += control ? std::string("\\x") + "0123456789abcdef"[(byte >> 4) & 0xF] + "0123456789abcdef"[byte & 0xF]
                        : std::string(1, byte);
    }
    return line;
}

} // namespace

void event_log::add(event_level level, std::string_view source, std::string_view message) {
    auto const line = one_line(message);
    spdlog::log(severity(level), "{}: {}", source, line);
    boost::json::object event{
        {"ts", unix_seconds(clock_.wall())}, {"level", to_string(level)}, {"source", source}, {"message", line}};
    file_->append(event);
    std::lock_guard const lock(mutex_);
    events_.push_front(std::move(event));
    if (events_.size() > kept_in_memory) {
        events_.pop_back();
    }
}

boost::json::array event_log::newest(std::size_t limit, std::string_view level) const {
    std::lock_guard const lock(mutex_);
    boost::json::array chosen;
    for (auto const& event : events_) {
        if (chosen.size() == limit) {
            break;
        }
        if (level.empty() || event.at("level").get_string() == level) {
            chosen.push_back(event);
        }
    }
    return chosen;
}

} // namespace mkdb::server
