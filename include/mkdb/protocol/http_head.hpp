#pragma once

#include <mkdb/protocol/http_message.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

/// The strict reading of a request's head, where doubt about where a message ends would let requests be smuggled.
namespace mkdb::protocol {

struct http_head_limits {
    std::size_t line_bytes = 8 * 1024;
    std::size_t head_bytes = 16 * 1024;
    std::size_t fields = 100;
};

struct http_refusal {
    unsigned status = 400;
    std::string why;
};

/// What the head says about the body that follows.
struct http_head {
    std::uint64_t content_length = 0;
    bool chunked = false;
    bool expects_continue = false;
    std::optional<http_refusal> refusal;
};

namespace detail {

[[nodiscard]] constexpr bool is_token_byte(char byte) noexcept {
    constexpr std::string_view punctuation = "!#$%&'*+-.^_`|~";
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           punctuation.find(byte) != std::string_view::npos;
}

[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, is_token_byte);
}

[[nodiscard]] constexpr std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

// Controls, DEL among them, have no business in a value; a tab does.
[[nodiscard]] constexpr bool is_field_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char byte) {
        auto const code = static_cast<unsigned char>(byte);
        return byte == '\t' || (code >= 0x20 && code != 0x7F);
    });
}

class http_head_reader {
public:
    explicit http_head_reader(http_head_limits const& limits) : limits_(limits) {}

    [[nodiscard]] http_head read(std::string_view head) {
        if (head.size() > limits_.head_bytes) {
            refuse(431, "the header is too large");
        }
        request_line(next_line(head));
        std::size_t fields = 0;
        while (!head.empty() && !head_.refusal) {
            auto const line = next_line(head);
            if (line.empty()) {
                break;
            }
            if (++fields > limits_.fields) {
                refuse(431, "there are too many header fields");
            }
            field(line);
        }
        check_whole();
        return head_;
    }

private:
    void refuse(unsigned status, std::string_view why) {
        if (!head_.refusal) {
            head_.refusal = http_refusal{status, std::string(why)};
        }
    }

    [[nodiscard]] std::string_view next_line(std::string_view& head) {
        auto const end = head.find("\r\n");
        auto const line = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
        if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
            refuse(400, "a header line does not end in CR LF");
        }
        return line;
    }

    void request_line(std::string_view line) {
        if (line.size() > limits_.line_bytes) {
            return refuse(414, "the request line is too long");
        }
        auto const method = line.find(' ');
        auto const target = line.rfind(' ');
        if (method == std::string_view::npos || target <= method + 1 || !is_token(line.substr(0, method))) {
            return refuse(400, "the request line is malformed");
        }
        auto const path = line.substr(method + 1, target - method - 1);
        if (path.find_first_of(" \t") != std::string_view::npos || !is_field_value(path)) {
            return refuse(400, "the request line is malformed");
        }
        auto const version = line.substr(target + 1);
        if (version != "HTTP/1.1" && version != "HTTP/1.0") {
            auto const http = version.starts_with("HTTP/") && version.size() == 8;
            return http ? refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
                        : refuse(400, "the request line is malformed");
        }
        http_1_0_ = version == "HTTP/1.0";
    }

    void field(std::string_view line) {
        if (line.size() > limits_.line_bytes) {
            return refuse(431, "a header field is too large");
        }
        auto const colon = line.find(':');
        // Also refuses folded lines and a blank before the colon, which peers read differently.
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return refuse(400, "a header field is malformed");
        }
        auto const name = line.substr(0, colon);
        auto const value = trim_blanks(line.substr(colon + 1));
        if (!is_field_value(value)) {
            return refuse(400, "a header field is malformed");
        }
        known_field(name, value);
    }

    void known_field(std::string_view name, std::string_view value) {
        if (same_header_name(name, "Host")) {
            ++hosts_;
        } else if (same_header_name(name, "Content-Length")) {
            content_length(value);
        } else if (same_header_name(name, "Transfer-Encoding")) {
            ++codings_;
            head_.chunked = true;
            if (!same_header_name(value, "chunked")) {
                refuse(400, "the only transfer coding spoken here is chunked");
            }
        } else if (same_header_name(name, "Expect")) {
            head_.expects_continue = same_header_name(value, "100-continue");
            if (!head_.expects_continue) {
                refuse(417, "the only expectation met here is 100-continue");
            }
        }
    }

    void content_length(std::string_view value) {
        auto const* const end = value.data() + value.size();
        auto const parsed = std::from_chars(value.data(), end, head_.content_length);
        if (++lengths_ > 1 || value.empty() || parsed.ec != std::errc() || parsed.ptr != end) {
            refuse(400, "Content-Length must be one number");
        }
    }

    void check_whole() {
        if (hosts_ > 1 || (hosts_ == 0 && !http_1_0_)) {
            refuse(400, "there must be exactly one Host");
        }
        if (codings_ > 1 || (codings_ == 1 && (lengths_ != 0 || http_1_0_))) {
            refuse(400, "the length of the body is in doubt");
        }
    }

    http_head_limits const& limits_;
    http_head head_;
    std::size_t hosts_ = 0;
    std::size_t lengths_ = 0;
    std::size_t codings_ = 0;
    bool http_1_0_ = false;
};

} // namespace detail

/// Checks a whole head, from the request line to the empty line.
[[nodiscard]] inline http_head read_http_head(std::string_view head, http_head_limits const& limits = {}) {
    return detail::http_head_reader(limits).read(head);
}

/// Whether the beginning of a head can be refused before the rest of it has come.
[[nodiscard]] inline std::optional<http_refusal> refuse_partial_head(std::string_view begun,
                                                                     http_head_limits const& limits = {}) {
    for (auto end = begun.find('\n'); end != std::string_view::npos; end = begun.find('\n', end + 1)) {
        if (end == 0 || begun[end - 1] != '\r') {
            return http_refusal{400, "a header line does not end in CR LF"};
        }
    }
    if (begun.size() > limits.line_bytes && begun.find('\n') == std::string_view::npos) {
        return http_refusal{414, "the request line is too long"};
    }
    if (begun.size() > limits.head_bytes) {
        return http_refusal{431, "the header is too large"};
    }
    return std::nullopt;
}

} // namespace mkdb::protocol
