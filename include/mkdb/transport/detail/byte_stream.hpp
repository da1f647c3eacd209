#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/transport/detail/listener.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <utility>
#include <vector>

namespace mkdb::transport::detail {

/// A connected socket as its connection uses it: one read and one write at a time, all on the io thread.
///
/// Completion handlers own the connection, so that it lives until the last of them has run.
class byte_stream {
public:
    enum class written { all, pending, failed };

    explicit byte_stream(tcp_socket socket) : socket_(std::move(socket)), buffer_(smallest_buffer) { configure(); }

    [[nodiscard]] std::string remote_address() const {
        boost::system::error_code code;
        auto const remote = socket_.remote_endpoint(code);
        return code ? std::string() : remote.address().to_string();
    }

    /// Calls `on_bytes(bytes)` with what came, or with nothing when the peer has ended or the connection is broken.
    template <class OnBytes>
    void read(OnBytes on_bytes) {
        fit_buffer();
        reading_ = true;
        socket_.async_read_some(boost::asio::buffer(buffer_), [this, on_bytes = std::move(on_bytes)](
                                                                  boost::system::error_code code, std::size_t count) {
            reading_ = false;
            last_read_ = count;
            if (on_closed_) {
                return code ? closed() : drain();
            }
            on_bytes(code ? std::string_view() : std::string_view(buffer_.data(), count));
        });
    }

    [[nodiscard]] bool reading() const noexcept { return reading_; }

    /// Writes `bytes`, which stay where they are until then. When it returns `pending`, `on_written(bool)` follows.
    template <class OnWritten>
    [[nodiscard]] written write(std::string_view bytes, OnWritten on_written) {
        // Nearly always the kernel takes all of it, and no operation needs to be set up.
        boost::system::error_code code;
        auto const count = socket_.write_some(boost::asio::buffer(bytes), code);
        if (code && code != boost::asio::error::would_block && code != boost::asio::error::try_again) {
            return written::failed;
        }
        if (count == bytes.size()) {
            return written::all;
        }
        progress_ = std::chrono::steady_clock::now();
        write_rest(bytes.substr(code ? 0 : count), std::move(on_written));
        return written::pending;
    }

    /// When the pending write last moved.
    [[nodiscard]] clock::monotonic_time last_progress() const noexcept { return progress_; }

    /// Ends our side and drops what the peer still sends, until it ends too: closing at once would make the kernel
    /// discard an answer that the peer has not read yet. A pending read ends without calling its handler.
    void linger(std::function<void()> on_closed) {
        boost::system::error_code code;
        socket_.shutdown(boost::asio::socket_base::shutdown_send, code);
        on_closed_ = std::move(on_closed);
        if (!reading_) {
            drain();
        }
    }

    /// Pending operations end with nothing.
    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

private:
    // An idle connection is small; one that sends much is read in large pieces.
    static constexpr std::size_t smallest_buffer = 4 * 1024;
    static constexpr std::size_t largest_buffer = 64 * 1024;

    void configure() {
        boost::system::error_code ignored;
        socket_.non_blocking(true, ignored);
        socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        socket_.set_option(boost::asio::socket_base::keep_alive(true), ignored);
        // A peer that vanished is noticed after a minute of silence, or half of one when it owes us acknowledgements.
        set_tcp_option(TCP_KEEPIDLE, 60);
        set_tcp_option(TCP_KEEPINTVL, 10);
        set_tcp_option(TCP_KEEPCNT, 3);
        set_tcp_option(TCP_USER_TIMEOUT, 30'000);
    }

    void set_tcp_option(int name, int value) {
        static_cast<void>(::setsockopt(socket_.native_handle(), IPPROTO_TCP, name, &value, sizeof value));
    }

    void fit_buffer() {
        if (last_read_ == buffer_.size() && last_read_ < largest_buffer) {
            buffer_.resize(last_read_ * 2);
        } else if (last_read_ >= smallest_buffer) {
            small_reads_ = 0;
        } else if (buffer_.size() > smallest_buffer && ++small_reads_ == 64) {
            buffer_ = std::vector<char>(smallest_buffer);
            small_reads_ = 0;
        }
    }

    template <class OnWritten>
    void write_rest(std::string_view bytes, OnWritten on_written) {
        socket_.async_write_some(boost::asio::buffer(bytes),
                                 [this, bytes, on_written = std::move(on_written)](boost::system::error_code code,
                                                                                   std::size_t count) mutable {
                                     if (code || count == bytes.size()) {
                                         return on_written(!code);
                                     }
                                     progress_ = std::chrono::steady_clock::now();
                                     write_rest(bytes.substr(count), std::move(on_written));
                                 });
    }

    void drain() {
        socket_.async_read_some(boost::asio::buffer(buffer_),
                                [this](boost::system::error_code code, std::size_t) { code ? closed() : drain(); });
    }

    void closed() {
        // It may hold the last reference to this.
        auto const on_closed = std::exchange(on_closed_, nullptr);
        on_closed();
    }

    tcp_socket socket_;
    std::vector<char> buffer_;
    std::size_t last_read_ = 0;
    unsigned small_reads_ = 0;
    bool reading_ = false;
    std::function<void()> on_closed_; ///< Set while lingering; keeps the connection alive.
    clock::monotonic_time progress_{};
};

} // namespace mkdb::transport::detail
