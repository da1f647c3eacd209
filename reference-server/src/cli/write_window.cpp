#include "cli/write_window.hpp"

namespace mkdb::cli {
namespace {

/// Whether the next record would meet the same error.
bool is_final(errc code) {
    return code == errc::io || code == errc::no_space || code == errc::read_only || code == errc::outcome_unknown ||
           code == errc::closed;
}

} // namespace

result<> write_window::enter(std::size_t bytes) {
    wait_for_room(most_records - 1);
    MKDB_TRY(failure());
    std::lock_guard const lock(mutex_);
    ++records_;
    bytes_ += bytes;
    return {};
}

void write_window::answered(std::size_t bytes, result<> const& written) {
    std::lock_guard const lock(mutex_);
    if (!written && is_final(written.error().code) && !failure_) {
        failure_ = written.error();
    }
    --records_;
    bytes_ -= bytes;
    answered_.notify_one();
}

void write_window::drain() {
    wait_for_room(0);
}

void write_window::wait_for_room(std::size_t records) {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return records_ <= records && (records_ == 0 || bytes_ < most_bytes); });
}

result<> write_window::failure() {
    std::lock_guard const lock(mutex_);
    return failure_ ? result<>(*failure_) : result<>();
}

} // namespace mkdb::cli
