#include "control/page.hpp"
#include "embedded_assets.hpp"

namespace mkdb::server {
namespace {

struct page {
    std::string_view path;
    std::string_view type;
    std::string_view content;
};

constexpr page pages[] = {
    {"/", "text/html; charset=utf-8", assets::panel_html},
    {"/control", "text/html; charset=utf-8", assets::panel_html},
    {"/panel.js", "text/javascript; charset=utf-8", assets::panel_js},
    {"/panel.css", "text/css; charset=utf-8", assets::panel_css},
};

} // namespace

std::optional<protocol::http_response> find_page(std::string_view path) {
    for (auto const& each : pages) {
        if (each.path == path) {
            return protocol::http_response{200, {{"Content-Type", std::string(each.type)}}, std::string(each.content)};
        }
    }
    return std::nullopt;
}

void add_security_headers(protocol::http_response& response) {
    for (auto const& [name, value] : std::initializer_list<std::pair<char const*, char const*>>{
             {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                                         "connect-src 'self'; base-uri 'none'; form-action 'self'; "
                                         "frame-ancestors 'none'"},
             {"X-Content-Type-Options", "nosniff"},
             {"Referrer-Policy", "no-referrer"},
             {"Cross-Origin-Opener-Policy", "same-origin"},
             {"Cross-Origin-Resource-Policy", "same-origin"},
             {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
             {"Cache-Control", "no-store"}}) {
        response.headers.emplace_back(name, value);
    }
}

} // namespace mkdb::server
