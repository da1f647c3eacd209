#include "metrics/timestamp.hpp"

#include <fmt/chrono.h>

namespace mkdb::server {

double unix_seconds(clock::wall_time when) {
    auto const since = std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch());
    return static_cast<double>(since.count()) / 1000.0;
}

std::string iso_time(clock::wall_time when) {
    auto const milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count() % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(when)),
                       milliseconds);
}

} // namespace mkdb::server
