#pragma once

#include <mkdb/protocol/frame.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace mkdb::testing {

/// One thread that runs an io_context for as long as a test lives.
class io_thread {
public:
    ~io_thread() {
        work_.reset();
        thread_.join();
    }
    [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }

    /// Stops a transport and waits until it has stopped.
    template <class Transport>
    void stop(Transport& transport) {
        std::promise<void> done;
        transport.stop([&] { done.set_value(); });
        done.get_future().wait();
    }

private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::thread thread_{[this] { io_.run(); }};
};

/// A blocking client over plain sockets that shares no code with the server's side. Waiting is bounded, so that a test
/// fails instead of hanging.
class loopback_client {
public:
    explicit loopback_client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer != 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        int const at_once = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        timeval const patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
    }
    loopback_client(loopback_client const&) = delete;
    loopback_client& operator=(loopback_client const&) = delete;
    ~loopback_client() { close(); }

    [[nodiscard]] bool connected() const noexcept { return connected_; }

    /// False when the server has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    bool say(std::string_view json) {
        std::string out;
        protocol::append_frame(out, json);
        return send(out);
    }

    /// The next frame, or nothing when the server ended instead.
    [[nodiscard]] std::optional<std::string> hear() {
        while (received_.size() < 4 || received_.size() < 4 + protocol::load_frame_length(received_.data())) {
            if (!receive()) {
                return std::nullopt;
            }
        }
        auto const length = protocol::load_frame_length(received_.data());
        auto message = received_.substr(4, length);
        received_.erase(0, 4 + length);
        return message;
    }

    /// Everything until the server ends.
    [[nodiscard]] std::string drain() {
        while (receive()) {
        }
        return std::exchange(received_, {});
    }

    /// One HTTP response with its body, as the Content-Length says.
    [[nodiscard]] std::string response() {
        for (;;) {
            auto const head = received_.find("\r\n\r\n");
            if (head != std::string::npos) {
                auto const field = received_.find("Content-Length: ");
                auto const length = field < head ? std::stoul(received_.substr(field + 16)) : 0;
                if (received_.size() >= head + 4 + length) {
                    auto whole = received_.substr(0, head + 4 + length);
                    received_.erase(0, whole.size());
                    return whole;
                }
            }
            if (!receive()) {
                return std::exchange(received_, {});
            }
        }
    }

    /// Ends both directions; whoever waits in another thread returns.
    void shut_down() const { ::shutdown(socket_, SHUT_RDWR); }
    void close() {
        if (socket_ >= 0) {
            ::close(std::exchange(socket_, -1));
        }
    }

private:
    bool receive() {
        std::array<char, 65536> bytes;
        auto const count = ::recv(socket_, bytes.data(), bytes.size(), 0);
        if (count <= 0) {
            return false;
        }
        received_.append(bytes.data(), static_cast<std::size_t>(count));
        return true;
    }

    int socket_;
    bool connected_ = false;
    std::string received_;
};

} // namespace mkdb::testing
