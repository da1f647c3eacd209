#include "cli/control_client.hpp"

#include "cli/terminal.hpp"
#include "cli/wire_client.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using post_request = http::request<http::string_body>;

post_request request_for(server_address const& where, std::string const& path, std::string const& token,
                         boost::json::object const& body) {
    post_request request(http::verb::post, path, 11);
    request.set(http::field::host, where.shown());
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    if (!token.empty()) {
        request.set(http::field::authorization, "Bearer " + token);
    }
    request.body() = document::to_json(body);
    request.prepare_payload();
    return request;
}

/// Runs one exchange to its end or its time limit, which only asynchronous operations have.
class http_exchange {
public:
    explicit http_exchange(std::chrono::seconds patience) : patience_(patience) {}

    [[nodiscard]] result<std::string> run(server_address const& where, post_request const& request) {
        beast::error_code failure;
        auto const endpoints =
            boost::asio::ip::tcp::resolver(io_).resolve(where.host, std::to_string(where.port), failure);
        if (!failure) {
            failure = step([&](auto done) { stream_.async_connect(endpoints, done); });
        }
        if (!failure) {
            failure = step([&](auto done) { http::async_write(stream_, request, done); });
        }
        if (!failure) {
            failure = step([&](auto done) { http::async_read(stream_, buffer_, response_, done); });
        }
        if (failure) {
            return fail(errc::connection,
                        fmt::format("no control server answers at {} ({}): start it with `mkdb serve DIR`, "
                                    "or check the host and the port of its control plane",
                                    where.shown(), failure.message()));
        }
        return std::move(response_.body());
    }

private:
    template <class Start>
    [[nodiscard]] beast::error_code step(Start start) {
        beast::error_code outcome;
        stream_.expires_after(patience_);
        start([&](beast::error_code failure, auto const&...) { outcome = failure; });
        io_.restart();
        io_.run();
        return outcome;
    }

    std::chrono::seconds patience_;
    boost::asio::io_context io_;
    beast::tcp_stream stream_{io_};
    beast::flat_buffer buffer_;
    http::response<http::string_body> response_;
};

result<std::string> password_of(server_address const& where, std::string const& login) {
    if (where.password) {
        return *where.password;
    }
    if (auto const given = environment_variable("MKDB_PASSWORD")) {
        return *given;
    }
    auto asked = ask_secret(fmt::format("Password of {} at {}", login, where.shown()));
    return asked ? result<std::string>(*std::move(asked))
                 : fail(errc::unauthenticated,
                        fmt::format("the control plane needs the password of '{}': put it into MKDB_PASSWORD", login));
}

} // namespace

result<control_client> control_client::log_in(server_address const& where, std::string const& login) {
    auto const& name = where.username.empty() ? login : where.username;
    MKDB_TRY_ASSIGN(auto const password, password_of(where, name));
    control_client client(where);
    MKDB_TRY_ASSIGN(auto const granted, client.post("/control/auth", {{"username", name}, {"password", password}}));
    client.token_ = text_member(granted, "token");
    return client;
}

result<boost::json::value> control_client::act(boost::json::object const& request,
                                               std::chrono::seconds patience) const {
    MKDB_TRY_ASSIGN(auto answer, post("/control", request, patience));
    return std::move(answer["result"]);
}

result<boost::json::object> control_client::post(std::string const& path, boost::json::object const& body,
                                                 std::chrono::seconds patience) const {
    MKDB_TRY_ASSIGN(auto const text, http_exchange(patience).run(where_, request_for(where_, path, token_, body)));
    auto answer = document::parse_object(text);
    auto const status = answer ? text_member(*answer, "status") : std::string_view();
    if (status == "ok" || status == "success") {
        return answer;
    }
    if (status == "error") {
        return fail(errc::permission_denied, std::string(text_member(*answer, "message")));
    }
    return fail(errc::connection, fmt::format("{} is not a control plane: give the port of servers.control_server, "
                                              "{} unless changed",
                                              where_.shown(), default_control_port));
}

} // namespace mkdb::cli
