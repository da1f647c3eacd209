#pragma once

#include "cli/target.hpp"

#include <mkdb/protocol/frame.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace mkdb::cli::test {

/// The server's end of one connection: plain frames, nothing of MkDB's own server.
class scripted_peer {
public:
    using tcp = boost::asio::ip::tcp;
    explicit scripted_peer(tcp::socket& socket) : socket_(socket) {}

    void say_bytes(std::string_view bytes) {
        boost::system::error_code gone;
        boost::asio::write(socket_, boost::asio::buffer(bytes), gone);
    }
    void say(std::string_view json) {
        std::string frame;
        protocol::append_frame(frame, json);
        say_bytes(frame);
    }
    /// The next frame; empty when the client is gone.
    std::string hear() {
        boost::system::error_code gone;
        std::array<char, 4> header{};
        boost::asio::read(socket_, boost::asio::buffer(header), gone);
        std::string frame(gone ? 0 : protocol::load_frame_length(header.data()), '\0');
        boost::asio::read(socket_, boost::asio::buffer(frame), gone);
        return gone ? std::string() : frame;
    }
    /// The opening as far as a login that is accepted. Returns what the client said.
    std::string log_in() {
        say(R"({"type":"permissions","read_protected":false,"write_protected":true})");
        auto said = hear();
        say(R"({"type":"auth_required"})");
        said += hear();
        say(R"({"type":"auth_ok","username":"","can_read":true,"can_write":true})");
        return said;
    }

private:
    tcp::socket& socket_;
};

/// Plays a script for one client on a free port.
class scripted_server {
public:
    using tcp = boost::asio::ip::tcp;

    explicit scripted_server(std::function<void(scripted_peer&)> script)
        : acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
          thread_([this, script = std::move(script)] {
              tcp::socket socket(io_);
              boost::system::error_code cancelled;
              acceptor_.accept(socket, cancelled);
              scripted_peer peer(socket);
              script(peer);
          }) {}
    ~scripted_server() { thread_.join(); }

    [[nodiscard]] server_address address() const {
        return {"127.0.0.1", acceptor_.local_endpoint().port(), "", std::nullopt};
    }

private:
    boost::asio::io_context io_;
    tcp::acceptor acceptor_;
    std::thread thread_;
};

} // namespace mkdb::cli::test
