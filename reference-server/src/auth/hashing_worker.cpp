#include "auth/hashing_worker.hpp"
#include "auth/password_hash.hpp"
#include "auth/secret.hpp"

#include <future>
#include <memory>

namespace mkdb::server {

error login_busy() {
    return fail(errc::rate_limited, "Too many logins at once; try again in a second");
}

bool hashing_worker::submit(std::function<void()> task) {
    std::lock_guard const lock(mutex_);
    if (tasks_.size() >= queue_limit) {
        return false;
    }
    tasks_.push_back(std::move(task));
    changed_.notify_one();
    return true;
}

result<std::string> hashing_worker::hash(std::string password) {
    auto const promised = std::make_shared<std::promise<result<std::string>>>();
    auto hashed = promised->get_future();
    auto const accepted = submit([promised, password = std::move(password)]() mutable {
        promised->set_value(hash_password(password));
        wipe(password);
    });
    return accepted ? hashed.get() : result<std::string>(login_busy());
}

void hashing_worker::run(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !tasks_.empty(); }) && !stop.stop_requested()) {
        auto const task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        lock.lock();
    }
}

} // namespace mkdb::server
