#include "config/reading.hpp"
#include "control/same_site.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

namespace mkdb::server {
namespace {

std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) {
        return host.substr(1, host.find(']') - 1);
    }
    return host.substr(0, host.find(':'));
}

bool names_this_server(std::string_view host, boost::json::object const& config) {
    auto const name = without_port(host);
    boost::system::error_code failure;
    boost::asio::ip::make_address(name, failure);
    return !failure || protocol::same_header_name(name, "localhost") ||
           protocol::same_header_name(name, string_at(config, "servers.control_server.address.host"));
}

std::string_view authority_of(std::string_view origin) {
    auto const scheme = origin.find("://");
    return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

} // namespace

result<> check_same_site(protocol::http_request const& request, boost::json::object const& config) {
    auto const* const host = protocol::find_header(request.headers, "Host");
    auto const authority = host == nullptr ? std::string() : *host;
    if (!bool_at(config, "servers.allow_insecure") && !names_this_server(authority, config)) {
        return fail(errc::invalid_argument, fmt::format("This server is not called '{}'", authority));
    }
    auto const* const origin = protocol::find_header(request.headers, "Origin");
    if (origin != nullptr && !protocol::same_header_name(authority_of(*origin), authority)) {
        return fail(errc::permission_denied, fmt::format("Requests from pages of '{}' are refused", *origin));
    }
    // Following a link to the page is fine; only what a foreign page sends by itself is not.
    auto const* const site = protocol::find_header(request.headers, "Sec-Fetch-Site");
    if (site != nullptr && request.method == "POST" && *site != "same-origin" && *site != "none") {
        return fail(errc::permission_denied, "Requests from pages of other sites are refused");
    }
    return {};
}

} // namespace mkdb::server
