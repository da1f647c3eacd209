#include "cli/wire_connection.hpp"

#include <mkdb/document/parse.hpp>

#include <boost/asio/buffer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace mkdb::cli {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

bool would_block(error_code code) {
    return code == boost::asio::error::would_block || code == boost::asio::error::try_again ||
           code == boost::asio::error::interrupted;
}

/// Whether a frame is a message of just this type. Most are not, and are not parsed.
bool is_bare(std::string_view frame, std::string_view type) {
    if (frame.size() >= 64 || frame.find(type) == std::string_view::npos) {
        return false;
    }
    auto const message = document::parse_object(frame);
    auto const* const found = message ? message->if_contains("type") : nullptr;
    return found != nullptr && found->is_string() && found->get_string() == type;
}

/// Below 0: a signal came. 0: nothing within `patience`.
int poll_for(int descriptor, short events, std::chrono::milliseconds patience) {
    pollfd waited{descriptor, events, 0};
    return ::poll(&waited, 1, static_cast<int>(patience.count()));
}

} // namespace

result<std::unique_ptr<wire_connection>> wire_connection::open(server_address const& where,
                                                               std::chrono::milliseconds timeout) {
    auto opened = std::unique_ptr<wire_connection>(new wire_connection(where, timeout));
    MKDB_TRY(opened->connect());
    return opened;
}

error wire_connection::broken(std::string const& reason) const {
    return fail(errc::connection, fmt::format("the connection to {} broke: {}", peer_.shown(), reason));
}

result<> wire_connection::connect() {
    error_code failure;
    auto const found = tcp::resolver(io_).resolve(peer_.host, std::to_string(peer_.port), failure);
    if (failure) {
        return fail(errc::connection, fmt::format("there is no host '{}': {}", peer_.host, failure.message()));
    }
    result<> last;
    for (auto const& each : found) {
        last = connect_to(each.endpoint());
        if (last) {
            return {};
        }
    }
    return fail(errc::connection,
                fmt::format("no server answers at {} ({}): start it with `mkdb serve DIR`, or check the "
                            "host and the port of its socket plane",
                            peer_.shown(), last.error().message));
}

result<> wire_connection::connect_to(tcp::endpoint const& endpoint) {
    error_code failure;
    socket_.close(failure);
    socket_.open(endpoint.protocol(), failure);
    if (!failure) {
        socket_.non_blocking(true, failure);
    }
    if (failure) {
        return fail(errc::connection, failure.message());
    }
    socket_.connect(endpoint, failure);
    if (failure == boost::asio::error::in_progress || failure == boost::asio::error::would_block) {
        if (poll_for(socket_.native_handle(), POLLOUT, timeout_) <= 0) {
            return fail(errc::connection, "it does not answer in time");
        }
        int cause = 0;
        socklen_t size = sizeof cause;
        ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &cause, &size);
        failure = error_code(cause, boost::system::system_category());
    }
    if (failure) {
        return fail(errc::connection, failure.message());
    }
    socket_.set_option(tcp::no_delay(true), failure);
    return {};
}

result<> wire_connection::exchange(std::chrono::milliseconds patience, frame_handler const& on_frame) {
    MKDB_TRY_ASSIGN(bool const wrote, write_some());
    MKDB_TRY_ASSIGN(bool const read, read_some(on_frame));
    if (goodbye_) {
        return fail(errc::connection, fmt::format("the server at {} is shutting down", peer_.shown()));
    }
    if (!wrote && !read && patience.count() > 0) {
        MKDB_TRY(wait(patience));
    }
    return {};
}

result<> wire_connection::wait(std::chrono::milliseconds patience) {
    auto const events = static_cast<short>(unsent() > 0 ? POLLIN | POLLOUT : POLLIN);
    if (poll_for(socket_.native_handle(), events, patience) != 0) {
        return {};
    }
    silence_ += patience;
    if (silence_ >= timeout_) {
        return fail(errc::connection,
                    fmt::format("the server at {} was silent for {} s; try a longer --timeout", peer_.shown(),
                                std::chrono::duration_cast<std::chrono::seconds>(silence_).count()));
    }
    return {};
}

result<bool> wire_connection::write_some() {
    bool any = false;
    while (unsent() > 0) {
        error_code failure;
        auto const written = socket_.write_some(boost::asio::buffer(outgoing_.data() + sent_, unsent()), failure);
        if (would_block(failure)) {
            drop_sent();
            return any;
        }
        // What the server said before it closed says why: it is read first.
        if (failure) {
            sent_ = outgoing_.size();
            return any;
        }
        sent_ += written;
        any = true;
    }
    outgoing_.clear();
    sent_ = 0;
    return any;
}

/// A connection that is never idle would otherwise keep all that it ever sent.
void wire_connection::drop_sent() {
    if (sent_ > 1024 * 1024) {
        outgoing_.erase(0, sent_);
        sent_ = 0;
    }
}

result<bool> wire_connection::read_some(frame_handler const& on_frame) {
    bool any = false;
    for (;;) {
        error_code failure;
        auto const got = socket_.read_some(boost::asio::buffer(incoming_), failure);
        if (would_block(failure)) {
            return any;
        }
        if (failure) {
            return broken(failure == boost::asio::error::eof ? "the server closed it" : failure.message());
        }
        any = true;
        silence_ = std::chrono::milliseconds(0);
        decoder_.feed({incoming_.data(), got}, [&](std::string_view frame) {
            take(frame, on_frame);
            return true;
        });
        if (decoder_.oversized()) {
            return broken("the server does not speak the socket protocol; is this the port of its socket plane?");
        }
        if (got < incoming_.size()) {
            return any;
        }
    }
}

void wire_connection::take(std::string_view frame, frame_handler const& on_frame) {
    if (is_bare(frame, "ping")) {
        send(R"({"type":"pong"})");
    } else if (is_bare(frame, "disconnect")) {
        goodbye_ = true;
    } else {
        on_frame(frame);
    }
}

} // namespace mkdb::cli
