#pragma once

#include "metrics/event_log.hpp"

#include <mkdb/core/result.hpp>

#include <fmt/format.h>

#include <cstdlib>

namespace mkdb::server {

/// Flushes every store, for a process that must end before its work has. Returns its exit status: a failed flush loses
/// what was answered, which goes to `events` and is no success.
template <class Database>
[[nodiscard]] int flush_stores(Database& database, event_log& events) {
    int status = EXIT_SUCCESS;
    for (auto const& name : database.store_names()) {
        auto const store = database.find_store(name);
        auto const flushed = store ? store->flush() : result<>();
        if (!flushed) {
            events.add(event_level::error, name,
                       fmt::format("the last flush failed, and writes that were not on the disk yet may be lost: {}",
                                   flushed.error().message));
            status = EXIT_FAILURE;
        }
    }
    return status;
}

} // namespace mkdb::server
