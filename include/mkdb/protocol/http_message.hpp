#pragma once

#include <mkdb/core/error.hpp>
#include <mkdb/document/write.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP requests and responses as values, without a network.
namespace mkdb::protocol {

using http_headers = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] inline bool same_header_name(std::string_view a, std::string_view b) noexcept {
    auto const lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// The value of the first header of this name, or null.
[[nodiscard]] inline std::string const* find_header(http_headers const& headers, std::string_view name) noexcept {
    auto const found =
        std::ranges::find_if(headers, [&](auto const& each) { return same_header_name(each.first, name); });
    return found == headers.end() ? nullptr : &found->second;
}

struct http_request {
    std::string method;
    std::string target; ///< As it stands in the request line: path and query, percent-encoded.
    http_headers headers;
    std::string body;
    std::string remote_address;
};

/// The server adds Date, Content-Length and Connection.
struct http_response {
    unsigned status = 200;
    http_headers headers;
    std::string body;
};

using http_responder = std::function<void(http_response)>;
/// Calls the responder exactly once, on the calling thread before it returns, or later on any other.
using http_handler = std::function<void(http_request, http_responder)>;

[[nodiscard]] constexpr std::string_view http_reason(unsigned status) noexcept {
    switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 204: return "No Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

/// The status that tells an HTTP client what kind of failure it was.
[[nodiscard]] constexpr unsigned http_status(errc code) noexcept {
    switch (code) {
    case errc::invalid_argument:
    case errc::query_syntax:
    case errc::limit_exceeded:
    case errc::unsupported: return 400;
    case errc::unauthenticated: return 401;
    case errc::permission_denied: return 403;
    case errc::not_found:
    case errc::store_not_found: return 404;
    case errc::query_timeout: return 408;
    case errc::store_exists:
    case errc::locked:
    case errc::value_taken: return 409;
    case errc::revision_conflict: return 412;
    case errc::rate_limited: return 429;
    case errc::io:
    case errc::no_space:
    case errc::read_only:
    case errc::outcome_unknown:
    case errc::closed:
    case errc::cancelled:
    case errc::out_of_memory: return 503;
    default: return 500;
    }
}

[[nodiscard]] inline http_response json_response(unsigned status, std::string body) {
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

/// `{"status":"error","message":…,"code":…}`, the failure of the HTTP plane.
[[nodiscard]] inline http_response http_failure(unsigned status, std::string_view message) {
    std::string body = R"({"status":"error","message":)";
    document::append_json_string(body, message);
    body += R"(,"code":)" + std::to_string(status) + "}";
    return json_response(status, std::move(body));
}

} // namespace mkdb::protocol
