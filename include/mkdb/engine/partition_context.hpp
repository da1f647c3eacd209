#pragma once

#include <mkdb/cache/record_cache.hpp>
#include <mkdb/core/environment.hpp>
#include <mkdb/core/error.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/engine/commit_queue.hpp>
#include <mkdb/engine/staging.hpp>
#include <mkdb/engine/timer.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mkdb::engine {

/// The types that a bundle of policies makes of an engine.
template <class Policies>
struct engine_types {
    using environment_type = environment<typename Policies::file, typename Policies::clock, typename Policies::random,
                                         typename Policies::parity>;
    using backend_type = typename Policies::storage::template backend<environment_type>;
    using tokenizer_type = typename Policies::tokenizer;
    using index_type = typename Policies::indexes::template instance<tokenizer_type>;
    using cache_type = cache::record_cache<typename Policies::eviction, typename Policies::clock>;
};

/// What a partition shares with its store.
struct partition_context {
    std::string store_name;
    std::shared_ptr<change_feed> feed;
    task_executor executor;
    timer* upkeep = nullptr;            ///< Null: nobody flushes but the caller.
    std::function<void(error)> on_failure; ///< A write failed for good; the store is read-only from now on.
    std::function<void(std::string const&)> on_recovery; ///< Damage was found, and healed or not.
    std::atomic<bool> nested{false};
    std::atomic<std::int64_t> debounce_ms{5000};
    std::atomic<std::size_t> max_pending{10000};
};

/// A version met by a scan.
struct scanned_record {
    std::string id;
    std::uint64_t created = 0;
    std::uint64_t revision = 0;
    shared_text text_held;

    [[nodiscard]] std::string_view text() const noexcept { return *text_held; }
};

} // namespace mkdb::engine
