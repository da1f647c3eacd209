#pragma once

#include <mkdb/protocol/http_message.hpp>

#include <array>
#include <ctime>
#include <string>
#include <string_view>

namespace mkdb::transport::detail {

/// The Date header's text, printed once a second.
class http_date {
public:
    [[nodiscard]] std::string_view now() {
        auto const second = std::time(nullptr);
        if (second != printed_) {
            printed_ = second;
            std::tm parts{};
            ::gmtime_r(&second, &parts);
            std::array<char, 40> text;
            text_.assign(text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
        }
        return text_;
    }

private:
    std::time_t printed_ = -1;
    std::string text_;
};

/// A value with a line break would let whoever chose it add headers of their own.
inline void append_header_value(std::string& out, std::string_view value) {
    for (auto const byte : value) {
        out += byte == '\r' || byte == '\n' || byte == '\0' ? ' ' : byte;
    }
}

inline void append_response(std::string& out, protocol::http_response const& response, std::string_view date,
                            bool close, bool head_only) {
    out.reserve(out.size() + 512 + (head_only ? 0 : response.body.size()));
    out.append("HTTP/1.1 ")
        .append(std::to_string(response.status))
        .append(" ")
        .append(protocol::http_reason(response.status));
    out.append("\r\nDate: ").append(date);
    for (auto const& [name, value] : response.headers) {
        out.append("\r\n").append(name).append(": ");
        append_header_value(out, value);
    }
    out.append("\r\nX-Content-Type-Options: nosniff");
    // These two have no body by definition, and a length would confuse some clients.
    if (response.status != 204 && response.status != 304) {
        out.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
    }
    out.append(close ? "\r\nConnection: close\r\n\r\n" : "\r\nConnection: keep-alive\r\n\r\n");
    if (!head_only && response.status != 204 && response.status != 304) {
        out.append(response.body);
    }
}

} // namespace mkdb::transport::detail
