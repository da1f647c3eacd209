#include "config/live_config.hpp"

namespace mkdb::server {

live_config::live_config(std::filesystem::path directory, boost::json::object document)
    : file_(files_, std::move(directory)), current_(std::make_shared<boost::json::object const>(std::move(document))) {}

result<> live_config::update(std::function<result<>(boost::json::object&)> const& change) {
    std::lock_guard const lock(writers_);
    auto next = std::make_shared<boost::json::object>(*current_.load());
    MKDB_TRY(change(*next));
    if (auto const findings = check_config(*next); !findings.problems.empty()) {
        return fail(errc::invalid_argument, findings.problems.front().sentence());
    }
    fill_defaults(*next);
    MKDB_TRY(file_.save(*next));
    current_.store(next);
    if (observer_) {
        observer_(next);
    }
    return {};
}

} // namespace mkdb::server
