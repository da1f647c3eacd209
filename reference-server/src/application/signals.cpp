#include "application/signals.hpp"

#include <pthread.h>

#include <csignal>

namespace mkdb::server {
namespace {

sigset_t handled() {
    sigset_t set;
    sigemptyset(&set);
    for (auto const number : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, number);
    }
    return set;
}

} // namespace

signals::signals() {
    auto const set = handled();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN); // Whoever reads what is printed may go; the write then fails, and that is all.
    ::signal(SIGXFSZ, SIG_IGN); // A file that may not be so long (`ulimit -f`): as any write that fails.
}

void signals::wait_for_stop(std::function<void()> const& on_hangup) {
    auto const set = handled();
    for (int number = SIGHUP; number == SIGHUP;) {
        if (::sigwait(&set, &number) == 0 && number == SIGHUP) {
            on_hangup();
        }
    }
}

} // namespace mkdb::server
