#pragma once

#include <mkdb/clock/concept.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace mkdb::server {

/// Lets `rate` requests a second pass, and up to one second's worth at once.
class token_bucket {
public:
    explicit token_bucket(clock::monotonic_time now) : last_(now) {}

    /// Takes one token, or says how long until there is one.
    [[nodiscard]] std::optional<std::chrono::seconds> take(double rate, clock::monotonic_time now) {
        auto const burst = std::max(rate, 1.0);
        auto const elapsed = std::chrono::duration<double>(now - last_).count();
        last_ = now;
        tokens_ = used_ ? std::min(burst, tokens_ + elapsed * rate) : burst;
        used_ = true;
        if (tokens_ >= 1.0) {
            tokens_ -= 1.0;
            return std::nullopt;
        }
        return std::chrono::seconds(static_cast<std::int64_t>(std::ceil((1.0 - tokens_) / rate)));
    }

    [[nodiscard]] clock::monotonic_time last_used() const { return last_; }

private:
    double tokens_ = 0;
    bool used_ = false; // full at first use, when the rate is known
    clock::monotonic_time last_;
};

} // namespace mkdb::server
