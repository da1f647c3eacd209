#pragma once

#include <mkdb/protocol/http_message.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::protocol {

/// Which web pages of other origins may use the HTTP plane.
struct cors_options {
    bool enabled = false;
    std::vector<std::string> origins{"*"};
    std::vector<std::string> methods{"GET", "POST", "DELETE", "OPTIONS"};
    std::vector<std::string> headers{"Content-Type", "Authorization", "X-Requested-With"};
    bool credentials = false;
    unsigned max_age = 86400;
};

class cors {
public:
    explicit cors(cors_options options) : options_(std::move(options)), any_(listed("*")) {}

    /// Whether a page of `origin` may make requests that change something.
    [[nodiscard]] bool allows(std::string_view origin) const {
        return options_.enabled && (any_ || listed(origin));
    }

    /// The headers of every response to a request from `origin` (null: it named none).
    void append_headers(http_headers& headers, std::string const* origin) const {
        if (!options_.enabled) {
            return;
        }
        if (any_) {
            // Never together with credentials: that would open every user's data to every page they look at.
            headers.emplace_back("Access-Control-Allow-Origin", "*");
        } else {
            headers.emplace_back("Vary", "Origin");
            if (origin == nullptr || !listed(*origin)) {
                return;
            }
            headers.emplace_back("Access-Control-Allow-Origin", *origin);
            if (options_.credentials) {
                headers.emplace_back("Access-Control-Allow-Credentials", "true");
            }
        }
        headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
    }

    void append_preflight_headers(http_headers& headers, std::string const* origin) const {
        append_headers(headers, origin);
        if (!options_.enabled || (!any_ && (origin == nullptr || !listed(*origin)))) {
            return;
        }
        headers.emplace_back("Access-Control-Allow-Methods", join(options_.methods));
        headers.emplace_back("Access-Control-Allow-Headers", join(options_.headers));
        headers.emplace_back("Access-Control-Max-Age", std::to_string(options_.max_age));
    }

private:
    [[nodiscard]] bool listed(std::string_view origin) const {
        return std::ranges::find(options_.origins, origin) != options_.origins.end();
    }

    [[nodiscard]] static std::string join(std::vector<std::string> const& names) {
        std::string out;
        for (auto const& name : names) {
            out.append(out.empty() ? "" : ", ").append(name);
        }
        return out;
    }

    cors_options options_;
    bool any_;
};

} // namespace mkdb::protocol
