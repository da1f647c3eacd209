#pragma once

#include "config/config_file.hpp"

#include <mkdb/file/posix.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace mkdb::server {

/// The configuration of a running server: readers take snapshots, changes are checked, saved, then seen.
///
/// Thread safety: all members from any thread. A snapshot never changes.
class live_config {
public:
    using snapshot_type = std::shared_ptr<boost::json::object const>;

    live_config(std::filesystem::path directory, boost::json::object document);

    [[nodiscard]] snapshot_type snapshot() const { return current_.load(); }

    /// Applies `change` to a copy and saves it. When the change, a check or the disk refuses, nothing has changed: what
    /// `change` did besides is taken back by `undo`, which is called when it succeeded and was not saved. One change at
    /// a time, including that.
    [[nodiscard]] result<> update(std::function<result<>(boost::json::object&)> const& change,
                                  std::function<result<>()> const& undo = {});

    /// As `update`, and does `act` once the change is saved, before anybody sees it. When `act` is refused, nothing has
    /// changed: the file is written as it was. A crash leaves in it a change of which `act` may still be to be done,
    /// and never the other way round.
    [[nodiscard]] result<> update_before(std::function<result<>()> const& act,
                                         std::function<result<>(boost::json::object&)> const& change);

    /// Called after each change with the new document, in the thread that made it. Set before the first change.
    void on_change(std::function<void(snapshot_type)> observer) { observer_ = std::move(observer); }

private:
    /// Checks and completes it first. Errors: `invalid_argument`; those of the file.
    [[nodiscard]] result<> save(boost::json::object& wanted);
    void show(snapshot_type const& next);

    std::mutex writers_;
    file::posix files_;
    config_file<file::posix> file_;
    std::atomic<snapshot_type> current_;
    std::function<void(snapshot_type)> observer_;
};

} // namespace mkdb::server
