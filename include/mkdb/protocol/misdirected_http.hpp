#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mkdb::protocol {

/// Whether a connection to the socket plane begins as an HTTP request does. As the length of a frame these bytes are
/// always over the limit, so that no frame is ever mistaken.
[[nodiscard]] inline bool begins_http(std::string_view first_four) noexcept {
    constexpr std::array<std::string_view, 7> methods{"GET ", "POST", "PUT ", "DELE", "HEAD", "PATC", "OPTI"};
    return std::ranges::find(methods, first_four) != methods.end();
}

/// Tells an HTTP client where it should have gone. `http_port` is 0 when there is no HTTP plane.
[[nodiscard]] inline std::string misdirected_http_response(std::uint16_t http_port) {
    auto const where = http_port == 0 ? std::string("The HTTP plane is not enabled.")
                                      : "The HTTP API is on port " + std::to_string(http_port) + ".";
    auto const body = R"({"status":"error","message":"This is the socket port of MkDB, which does not speak HTTP. )" +
                      where + R"(","code":400,"http_port":)" + (http_port == 0 ? "null" : std::to_string(http_port)) +
                      "}";
    return "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

} // namespace mkdb::protocol
