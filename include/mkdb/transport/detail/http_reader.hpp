#pragma once

#include <mkdb/protocol/http_head.hpp>
#include <mkdb/protocol/http_message.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::transport::detail {

/// Requests out of the bytes of one connection. The head is judged by `read_http_head` before Beast sees it, so that no
/// leniency of a parser decides where a message ends.
class http_reader {
public:
    enum class state { needs_more, expects_continue, complete, refused };

    http_reader(protocol::http_head_limits const& limits, std::uint64_t max_body)
        : limits_(limits), max_body_(max_body) {}

    void append(std::string_view bytes) { buffer_ += bytes; }

    [[nodiscard]] state advance() {
        if (!parser_) {
            if (auto const head = read_head(); head != state::complete) {
                return head;
            }
        }
        return read_body();
    }

    /// Takes the request that is complete and makes ready for the next.
    [[nodiscard]] protocol::http_request take() {
        auto message = parser_->release();
        parser_.reset();
        protocol::http_request request;
        request.method = std::string(message.method_string());
        request.target = std::string(message.target());
        for (auto const& field : message) {
            request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
        }
        request.body = std::move(message.body());
        return request;
    }

    [[nodiscard]] protocol::http_refusal const& refusal() const noexcept { return refusal_; }
    [[nodiscard]] bool keep_alive() const { return parser_->get().keep_alive(); }
    /// Nothing of a next request has come.
    [[nodiscard]] bool idle() const noexcept { return !parser_ && buffer_.empty(); }
    [[nodiscard]] bool in_body() const noexcept { return parser_.has_value(); }
    [[nodiscard]] std::uint64_t body_bytes() const noexcept { return body_bytes_; }

private:
    using parser_type = boost::beast::http::request_parser<boost::beast::http::string_body>;

    // An empty line before a request is what some clients leave after the body of the last one.
    void skip_empty_line() {
        if (buffer_.starts_with("\r\n")) {
            buffer_.erase(0, 2);
        }
    }

    [[nodiscard]] state read_head() {
        skip_empty_line();
        auto const end = buffer_.find("\r\n\r\n");
        if (end == std::string::npos) {
            auto const refusal = protocol::refuse_partial_head(buffer_, limits_);
            return refusal ? refuse(*refusal) : state::needs_more;
        }
        std::string_view const text(buffer_.data(), end + 4);
        auto const head = protocol::read_http_head(text, limits_);
        if (head.refusal) {
            return refuse(*head.refusal);
        }
        if (head.content_length > max_body_) {
            return refuse_large_body();
        }
        parser_.emplace();
        parser_->eager(false);
        parser_->header_limit(static_cast<std::uint32_t>(limits_.head_bytes) + 1024);
        parser_->body_limit(max_body_);
        boost::beast::error_code code;
        auto const used = parser_->put(boost::asio::buffer(text), code);
        if (code) {
            return refuse_for(code);
        }
        buffer_.erase(0, used);
        body_bytes_ = 0;
        expects_continue_ = head.expects_continue && !parser_->is_done() && buffer_.empty();
        return state::complete;
    }

    [[nodiscard]] state read_body() {
        parser_->eager(true);
        boost::beast::error_code code;
        while (!parser_->is_done() && !buffer_.empty()) {
            auto const used = parser_->put(boost::asio::buffer(buffer_), code);
            buffer_.erase(0, used);
            body_bytes_ += used;
            if (code == boost::beast::http::error::need_more) {
                break;
            }
            if (code) {
                return refuse_for(code);
            }
        }
        if (parser_->is_done()) {
            return state::complete;
        }
        if (buffer_.size() > limits_.head_bytes) {
            return refuse({400, "a chunk header is too large"});
        }
        return std::exchange(expects_continue_, false) ? state::expects_continue : state::needs_more;
    }

    [[nodiscard]] state refuse_for(boost::beast::error_code const& code) {
        if (code == boost::beast::http::error::body_limit) {
            return refuse_large_body();
        }
        return refuse({400, "the request is malformed"});
    }

    [[nodiscard]] state refuse_large_body() {
        return refuse({413, "the body is larger than the limit of " + std::to_string(max_body_) + " bytes"});
    }

    [[nodiscard]] state refuse(protocol::http_refusal refusal) {
        refusal_ = refusal;
        return state::refused;
    }

    protocol::http_head_limits limits_;
    std::uint64_t max_body_;
    std::string buffer_;
    std::optional<parser_type> parser_;
    protocol::http_refusal refusal_;
    std::uint64_t body_bytes_ = 0;
    bool expects_continue_ = false;
};

} // namespace mkdb::transport::detail
