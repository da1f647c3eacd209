#include "cli/target.hpp"

#include <mkdb/document/percent.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mkdb::cli {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    bool const whole = failure == std::errc() && end == text.data() + text.size();
    return whole && port != 0 ? std::optional(port) : std::nullopt;
}

/// Splits `HOST[:PORT]`; an IPv6 address stands in brackets.
result<> split_host(std::string_view text, std::string_view whole, server_address& into) {
    auto const bad = [&] { return fail(errc::invalid_argument, fmt::format("'{}' is not HOST or HOST:PORT", whole)); };
    auto const bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    auto const colon = bracket == std::string_view::npos ? text.find(':') : text.find(':', bracket);
    auto host = text.substr(0, colon);
    if (bracket != std::string_view::npos) {
        if (host.size() != bracket + 1) {
            return bad();
        }
        host = host.substr(1, bracket - 1);
    }
    if (host.empty()) {
        return bad();
    }
    into.host = host;
    if (colon == std::string_view::npos) {
        return {};
    }
    auto const port = parse_port(text.substr(colon + 1));
    if (!port) {
        return fail(errc::invalid_argument, fmt::format("'{}' has no port from 1 to 65535 after the ':'", whole));
    }
    into.port = *port;
    return {};
}

result<> split_user(std::string_view text, std::string_view whole, server_address& into) {
    auto const colon = text.find(':');
    auto const username = document::percent_decode(text.substr(0, colon));
    auto const password = colon == std::string_view::npos ? std::optional(std::string())
                                                          : document::percent_decode(text.substr(colon + 1));
    if (!username || !password) {
        return fail(errc::invalid_argument,
                    fmt::format("'{}' has a bad %-escape: write special characters as % and two hex digits", whole));
    }
    into.username = *username;
    if (colon != std::string_view::npos) {
        into.password = *password;
    }
    return {};
}

result<server_address> parse_address(std::string_view text, std::string_view scheme, std::uint16_t port) {
    auto rest = text;
    if (rest.starts_with(scheme)) {
        rest.remove_prefix(scheme.size());
        while (rest.ends_with('/')) {
            rest.remove_suffix(1);
        }
    }
    server_address address;
    address.port = port;
    if (auto const at = rest.rfind('@'); at != std::string_view::npos) {
        MKDB_TRY(split_user(rest.substr(0, at), text, address));
        rest.remove_prefix(at + 1);
    }
    MKDB_TRY(split_host(rest, text, address));
    return address;
}

/// Refuses a URL of another scheme before its colon is taken for a port's.
result<> check_scheme(std::string_view text, std::string_view wanted, std::string_view advice) {
    if (text.find("://") != std::string_view::npos && !text.starts_with(wanted)) {
        return fail(errc::invalid_argument, fmt::format("'{}' is not an address for this: {}", text, advice));
    }
    return {};
}

bool means_server(std::string const& text) {
    if (text.find("://") != std::string::npos) {
        return true;
    }
    auto const colon = text.rfind(':');
    std::error_code ignored;
    return colon != std::string::npos && text.find('/') == std::string::npos &&
           parse_port(std::string_view(text).substr(colon + 1)).has_value() && !std::filesystem::exists(text, ignored);
}

template <class Parse>
result<target> parse_target(std::string const& text, Parse const& parse) {
    if (!means_server(text)) {
        return target(std::filesystem::path(text));
    }
    MKDB_TRY_ASSIGN(auto address, parse(text));
    return target(std::move(address));
}

} // namespace

std::string server_address::shown() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

result<server_address> parse_socket_address(std::string_view text) {
    constexpr std::string_view scheme = "mkdb://";
    MKDB_TRY(check_scheme(text, scheme, "records go over the socket plane, mkdb://HOST:9001"));
    return parse_address(text, scheme, default_socket_port);
}

result<server_address> parse_control_address(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    MKDB_TRY(check_scheme(text, scheme, "users are managed over the control plane, http://HOST:8090"));
    return parse_address(text, scheme, default_control_port);
}

result<target> parse_socket_target(std::string const& text) {
    return parse_target(text, parse_socket_address);
}
result<target> parse_control_target(std::string const& text) {
    return parse_target(text, parse_control_address);
}

} // namespace mkdb::cli
