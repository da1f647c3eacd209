#pragma once

#include <mkdb/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

/// Moving bytes between clients and the protocols: the only layer that knows sockets.
namespace mkdb::transport {

/// Where a transport is reached.
struct endpoint {
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(endpoint const&, endpoint const&) = default;
};

/// A way for clients to reach a server.
///
/// `start` makes it reachable and says where, or why not (`errc::io`); the port asked for may be 0, the one returned is
/// the real one. `stop` takes no new clients, lets the requests in flight be answered, says goodbye where its protocol
/// knows how, and calls `done` once, when the last connection is gone. A stopped transport is not started again.
/// Thread safety: `start` and `stop` from any thread, one at a time; `connections` from any thread.
template <class T>
concept transport = requires(T& moved, T const& read, std::function<void()> done) {
    { moved.start() } -> std::same_as<result<endpoint>>;
    { moved.stop(done) } -> std::same_as<void>;
    { read.connections() } -> std::same_as<std::size_t>;
};

} // namespace mkdb::transport
