#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace mkdb::service {

/// Says how many requests may pass. This one admits all.
///
/// Thread safety: all calls come from any thread and must be quick.
class rate_limiter {
public:
    virtual ~rate_limiter() = default;

    /// Asked once a request with an empty `store`, for the limit of the client's address, and once more with the store
    /// that the request names. A refusal is the time after which it is worth trying again.
    [[nodiscard]] virtual std::optional<std::chrono::seconds>
    refuse(std::string_view /*address*/, std::string_view /*store*/, std::string_view /*path*/) {
        return std::nullopt;
    }
};

} // namespace mkdb::service
