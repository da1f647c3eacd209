#include "cli/interrupt.hpp"

#include <csignal>

namespace mkdb::cli {
namespace {

std::sig_atomic_t volatile requested = 0;

void set_handlers(void (*handler)(int), int flags) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

} // namespace

interrupt_guard::interrupt_guard() {
    requested = 0;
    set_handlers([](int) { requested = 1; }, static_cast<int>(SA_RESETHAND));
}

interrupt_guard::~interrupt_guard() { set_handlers(SIG_DFL, 0); }

bool interrupted() noexcept { return requested != 0; }

} // namespace mkdb::cli
