#include "config/live_config.hpp"

namespace mkdb::server {

live_config::live_config(std::filesystem::path directory, boost::json::object document)
    : file_(files_, std::move(directory)), current_(std::make_shared<boost::json::object const>(std::move(document))) {}

result<> live_config::update(std::function<result<>(boost::json::object&)> const& change,
                             std::function<result<>()> const& undo) {
    std::lock_guard const lock(writers_);
    auto next = std::make_shared<boost::json::object>(*current_.load());
    MKDB_TRY(change(*next));
    if (auto const kept = save(*next); !kept) {
        auto const undone = undo ? undo() : result<>();
        return undone ? kept.error()
                      : fail(kept.error().code,
                             kept.error().message +
                                 "; until the next start it is in force all the same: " + undone.error().message);
    }
    show(next);
    return {};
}

result<> live_config::update_before(std::function<result<>()> const& act,
                                    std::function<result<>(boost::json::object&)> const& change) {
    std::lock_guard const lock(writers_);
    auto const before = current_.load();
    auto next = std::make_shared<boost::json::object>(*before);
    MKDB_TRY(change(*next));
    MKDB_TRY(save(*next));
    if (auto const done = act(); !done) {
        auto const restored = file_.save(*before);
        return restored ? done.error()
                        : fail(done.error().code, done.error().message + "; the configuration keeps it all the same: " +
                                                      restored.error().message);
    }
    show(next);
    return {};
}

void live_config::show(snapshot_type const& next) {
    current_.store(next);
    if (observer_) {
        observer_(next);
    }
}

result<> live_config::save(boost::json::object& wanted) {
    if (auto const findings = check_config(wanted); !findings.problems.empty()) {
        return fail(errc::invalid_argument, findings.problems.front().sentence());
    }
    fill_defaults(wanted);
    return file_.save(wanted);
}

} // namespace mkdb::server
