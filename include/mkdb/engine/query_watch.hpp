#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/query_page.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace mkdb::engine {

/// Ends a query that takes too long, or for which nobody waits any more.
template <class Clock>
class query_watch {
public:
    /// The budget must outlive this.
    query_watch(query_budget const& budget, Clock const& clock)
        : budget_(&budget), clock_(&clock), started_(clock.monotonic()) {}

    /// Errors: `query_timeout`, `cancelled`. Not for whoever holds a lock: who is asked here may call the store.
    [[nodiscard]] result<> check() const {
        if (budget_->cancelled && budget_->cancelled()) {
            return fail(errc::cancelled, "Query cancelled");
        }
        return check_time();
    }

    /// As `check`, also under a lock, since it asks nobody. Errors: `query_timeout`.
    [[nodiscard]] result<> check_time() const {
        if (budget_->time_limit && clock_->monotonic() - started_ > *budget_->time_limit) {
            return fail(errc::query_timeout,
                        "Query exceeded hard limit of " + std::to_string(budget_->time_limit->count()) + " ms");
        }
        return {};
    }

    /// Counts a record that was read; checks when it is time.
    [[nodiscard]] result<> spend(std::size_t bytes) {
        ++records_read_;
        ++records_;
        bytes_ += bytes;
        if (records_ < records_between_checks && bytes_ < bytes_between_checks) {
            return {};
        }
        records_ = 0;
        bytes_ = 0;
        return check();
    }

    [[nodiscard]] std::uint64_t records_read() const noexcept { return records_read_; }

private:
    /// Every few dozen microseconds of reading, unless one record is large.
    static constexpr std::size_t records_between_checks = 64;
    static constexpr std::size_t bytes_between_checks = 64 * kibibyte;

    query_budget const* budget_;
    Clock const* clock_;
    clock::monotonic_time started_;
    std::uint64_t records_read_ = 0;
    std::size_t records_ = 0; ///< Since the last check.
    std::size_t bytes_ = 0;
};

} // namespace mkdb::engine
