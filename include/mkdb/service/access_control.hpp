#pragma once

#include <mkdb/core/result.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace mkdb::service {

/// Who asks. On the socket plane the rights are those negotiated in the handshake; on the HTTP plane, which
/// negotiates nothing, both are set and `access_control` alone decides.
struct caller {
    std::string username;
    bool authenticated = false;
    bool can_read = false;
    bool can_write = false;
    std::string address;
};

/// The data plane's users and their rights. Asked anew for every request, so that a right taken away is gone at once.
///
/// `may_read` and `may_write` refuse with `errc::unauthenticated` when credentials could help and with
/// `errc::permission_denied` when they could not; the texts are those of the protocol.
/// Thread safety: all calls come from any thread.
class access_control {
public:
    using authenticated_handler = std::function<void(result<std::string>)>;

    virtual ~access_control() = default;

    /// Whether reading needs credentials already at the handshake.
    [[nodiscard]] virtual bool read_protected() const = 0;
    [[nodiscard]] virtual bool users_configured() const = 0;
    /// Whether the default write password counts while there are no users.
    [[nodiscard]] virtual bool default_password_allowed() const = 0;

    /// Checks a pair and calls `done` once with the name of the user, from any thread; hashing happens elsewhere than
    /// on the calling thread. A wrong pair is `errc::unauthenticated`, "Invalid credentials".
    virtual void authenticate(std::string username, std::string password, std::string address,
                              authenticated_handler done) = 0;

    [[nodiscard]] virtual result<> may_read(caller const& who, std::string_view store) const = 0;
    [[nodiscard]] virtual result<> may_write(caller const& who, std::string_view store) const = 0;
};

} // namespace mkdb::service
