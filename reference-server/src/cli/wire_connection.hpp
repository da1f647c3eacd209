#pragma once

#include "cli/target.hpp"

#include <mkdb/protocol/frame.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::cli {

using frame_handler = std::function<void(std::string_view frame)>;

/// Frames over one connection of the socket plane, carried by whoever calls: it sends while it receives, so that
/// neither side ever waits for the other to read. Heartbeats are answered on the way.
///
/// Not thread-safe.
class wire_connection {
public:
    /// Errors: `errc::connection` with the reason and what to look at.
    [[nodiscard]] static result<std::unique_ptr<wire_connection>> open(server_address const& where,
                                                                       std::chrono::milliseconds timeout);

    wire_connection(wire_connection const&) = delete;
    wire_connection& operator=(wire_connection const&) = delete;

    /// Queues a frame whose payload `write_payload(out)` appends.
    template <class WritePayload>
    void send_with(WritePayload&& write_payload) {
        protocol::append_frame_with(outgoing_, std::forward<WritePayload>(write_payload));
    }
    void send(std::string_view payload) { protocol::append_frame(outgoing_, payload); }

    /// Bytes that are queued.
    [[nodiscard]] std::size_t unsent() const noexcept { return outgoing_.size() - sent_; }

    /// Sends and receives what can be; when that is nothing, waits for `patience` or until something can, or for a
    /// signal. `on_frame` gets each frame that came, but for heartbeats, and must not call `exchange`.
    ///
    /// Errors: `errc::connection` when the server is gone, says goodbye, or is silent for the timeout though waited
    /// for.
    [[nodiscard]] result<> exchange(std::chrono::milliseconds patience, frame_handler const& on_frame);

    [[nodiscard]] server_address const& peer() const noexcept { return peer_; }

private:
    wire_connection(server_address where, std::chrono::milliseconds timeout)
        : socket_(io_), peer_(std::move(where)), timeout_(timeout), decoder_(limits::frame_bytes),
          incoming_(256 * 1024) {}

    [[nodiscard]] result<> connect();
    [[nodiscard]] result<> connect_to(boost::asio::ip::tcp::endpoint const& endpoint);
    [[nodiscard]] result<> wait(std::chrono::milliseconds patience);
    [[nodiscard]] result<bool> write_some();
    void drop_sent();
    [[nodiscard]] result<bool> read_some(frame_handler const& on_frame);
    void take(std::string_view frame, frame_handler const& on_frame);
    [[nodiscard]] error broken(std::string const& reason) const;

    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
    server_address peer_;
    std::chrono::milliseconds timeout_;
    std::chrono::milliseconds silence_{0}; // Waited for in vain since the server was heard.
    protocol::frame_decoder decoder_;
    std::vector<char> incoming_;
    std::string outgoing_;
    std::size_t sent_ = 0;
    bool goodbye_ = false;
};

} // namespace mkdb::cli
