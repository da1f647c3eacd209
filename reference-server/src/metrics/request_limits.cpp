#include "config/reading.hpp"
#include "metrics/request_limits.hpp"
#include "metrics/timestamp.hpp"

#include <algorithm>

namespace mkdb::server {

request_rates read_request_rates(boost::json::object const& document) {
    request_rates rates{number_at(document, "servers.http_server.max_requests_per_second"), {}};
    for (auto const& [name, value] : section_at(document, "stores")) {
        if (bool_at(value.get_object(), "rate_limit.enabled")) {
            rates.per_store.emplace(name, number_at(value.get_object(), "rate_limit.max_requests_per_second"));
        }
    }
    return rates;
}

std::optional<std::chrono::seconds> request_limits::refuse(std::string_view address, std::string_view store,
                                                           std::string_view path) {
    auto const rates = rates_.load();
    auto wait = std::optional<std::chrono::seconds>();
    if (store.empty()) {
        if (rates->per_address > 0) {
            wait = take(addresses_, address, rates->per_address);
        }
    } else if (auto const limited = rates->per_store.find(store); limited != rates->per_store.end()) {
        wait = take(stores_, store, limited->second);
    }
    if (wait) {
        note_refusal(address, store, path);
    }
    return wait;
}

std::optional<std::chrono::seconds> request_limits::take(buckets& from, std::string_view key, double rate) {
    auto const now = clock_.monotonic();
    std::lock_guard const lock(mutex_);
    auto found = from.find(key);
    if (found == from.end()) {
        if (from.size() >= max_addresses) {
            from.erase(std::ranges::min_element(from, {}, [](auto const& each) { return each.second.last_used(); }));
        }
        found = from.emplace(key, token_bucket(now)).first;
    }
    return found->second.take(rate, now);
}

void request_limits::note_refusal(std::string_view address, std::string_view store, std::string_view path) {
    boost::json::object refusal{{"time", iso_time(clock_.wall())},
                                {"ip", address},
                                {"path", path},
                                {"scope", store.empty() ? "global" : "store:" + std::string(store)}};
    file_->append(refusal);
    std::lock_guard const lock(mutex_);
    ++total_;
    refusals_.push_front(std::move(refusal));
    if (refusals_.size() > kept_in_memory) {
        refusals_.pop_back();
    }
}

boost::json::array request_limits::newest(std::size_t limit) const {
    std::lock_guard const lock(mutex_);
    boost::json::array chosen;
    for (std::size_t i = 0; i < std::min(limit, refusals_.size()); ++i) {
        chosen.push_back(refusals_[i]);
    }
    return chosen;
}

std::uint64_t request_limits::total() const {
    std::lock_guard const lock(mutex_);
    return total_;
}

} // namespace mkdb::server
