#pragma once

#include <functional>

namespace mkdb::server {

/// Turns signals into calls: the thread that makes it and all that it starts later take none of them otherwise. SIGPIPE
/// and SIGXFSZ are ignored.
///
/// Make it before any other thread.
class signals {
public:
    signals();

    /// Waits for SIGTERM or SIGINT; calls `on_hangup` for each SIGHUP meanwhile.
    void wait_for_stop(std::function<void()> const& on_hangup);
};

} // namespace mkdb::server
