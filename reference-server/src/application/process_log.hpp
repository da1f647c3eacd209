#pragma once

#include <spdlog/sinks/dist_sink.h>

#include <filesystem>
#include <memory>

namespace mkdb::server {

/// What the process logs for people. Standard error stays the first place to look; a file keeps what scrolled away.
/// Makes itself the default logger when it is made. Every call may come while other threads log.
class process_log {
public:
    process_log();

    /// Lines go to `logs/mkdb.log` of this directory too, which is opened anew each time, so that it may be moved away.
    /// When it cannot be opened, that is logged, and lines go on where they went.
    void write_to(std::filesystem::path const& directory);

private:
    spdlog::sink_ptr standard_error_;
    // A logger reads its own list of sinks without a lock; this one takes another list while lines are written.
    std::shared_ptr<spdlog::sinks::dist_sink_mt> outputs_;
};

} // namespace mkdb::server
