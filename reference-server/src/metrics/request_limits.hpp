#pragma once

#include "metrics/json_lines_log.hpp"
#include "metrics/token_bucket.hpp"

#include <mkdb/clock/system.hpp>
#include <mkdb/service/rate_limiter.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace mkdb::server {

/// Rates a second; a store that is not named is not limited.
struct request_rates {
    double per_address = 0; ///< 0: no limit.
    std::map<std::string, double, std::less<>> per_store;
};

[[nodiscard]] request_rates read_request_rates(boost::json::object const& document);

/// Token buckets by client address and by store. Refusals are counted, kept and appended to logs/rate_limit.jsonl.
///
/// Thread safety: all members from any thread. Memory: a bounded number of addresses, the longest idle is forgotten.
class request_limits final : public service::rate_limiter {
public:
    static constexpr std::size_t max_addresses = 10000;
    static constexpr std::size_t kept_in_memory = 1000;

    explicit request_limits(std::unique_ptr<json_lines_log> file) : file_(std::move(file)) {}

    void set_rates(request_rates rates) { rates_.store(std::make_shared<request_rates const>(std::move(rates))); }

    [[nodiscard]] std::optional<std::chrono::seconds> refuse(std::string_view address, std::string_view store,
                                                             std::string_view path) override;

    /// Refusals, newest first.
    [[nodiscard]] boost::json::array newest(std::size_t limit) const;
    [[nodiscard]] std::uint64_t total() const;
    void reopen() { file_->reopen(); }

private:
    using buckets = std::map<std::string, token_bucket, std::less<>>;

    [[nodiscard]] std::optional<std::chrono::seconds> take(buckets& from, std::string_view key, double rate);
    void note_refusal(std::string_view address, std::string_view store, std::string_view path);

    clock::system clock_;
    std::unique_ptr<json_lines_log> file_;
    std::atomic<std::shared_ptr<request_rates const>> rates_{std::make_shared<request_rates const>()};
    mutable std::mutex mutex_;
    buckets addresses_;
    buckets stores_;
    std::deque<boost::json::object> refusals_;
    std::uint64_t total_ = 0;
};

} // namespace mkdb::server
