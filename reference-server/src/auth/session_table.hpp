#pragma once

#include "auth/role.hpp"
#include "auth/secret.hpp"

#include <mkdb/clock/system.hpp>
#include <mkdb/core/result.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::server {

struct session {
    std::string username; ///< Empty: the panel's administrator.
    role rights = role::viewer;
    bool panel = false; ///< From the panel's login; otherwise from a program's.
};

/// Logins that are in force. Of a token only its SHA-256 is kept.
///
/// Thread safety: all members from any thread. Complexity: logarithmic in the number of sessions, which is bounded.
template <class Clock = clock::system>
class session_table {
public:
    static constexpr std::size_t max_sessions = 10000;

    explicit session_table(Clock clock = {}) : clock_(clock) {}

    /// Makes a token of 256 random bits that holds for `ttl`.
    [[nodiscard]] result<std::string> open(session who, std::chrono::seconds ttl) {
        MKDB_TRY_ASSIGN(auto const secret, random_hex(32));
        auto token = who.panel ? secret : "sdk_" + secret;
        std::lock_guard const lock(mutex_);
        drop_expired();
        if (sessions_.size() >= max_sessions) {
            sessions_.erase(std::ranges::min_element(sessions_, {}, [](auto const& s) { return s.second.expires; }));
        }
        sessions_[sha256_hex(token)] = {std::move(who), clock_.monotonic() + ttl};
        return token;
    }

    [[nodiscard]] std::optional<session> find(std::string_view token) const {
        std::lock_guard const lock(mutex_);
        auto const found = sessions_.find(sha256_hex(token));
        if (found == sessions_.end() || found->second.expires <= clock_.monotonic()) {
            return std::nullopt;
        }
        return found->second.who;
    }

    void close(std::string_view token) {
        std::lock_guard const lock(mutex_);
        sessions_.erase(sha256_hex(token));
    }

    void close_all() {
        std::lock_guard const lock(mutex_);
        sessions_.clear();
    }

    /// Ends the sessions of a user whose password, role or existence changed.
    void close_user(std::string_view username) {
        std::lock_guard const lock(mutex_);
        std::erase_if(sessions_, [&](auto const& each) { return each.second.who.username == username; });
    }

    [[nodiscard]] std::size_t size() {
        std::lock_guard const lock(mutex_);
        drop_expired();
        return sessions_.size();
    }

private:
    struct login {
        session who;
        clock::monotonic_time expires;
    };

    void drop_expired() {
        auto const now = clock_.monotonic();
        std::erase_if(sessions_, [&](auto const& each) { return each.second.expires <= now; });
    }

    Clock clock_;
    mutable std::mutex mutex_;
    std::map<std::string, login> sessions_;
};

} // namespace mkdb::server
