#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/protocol/http_message.hpp>

#include <boost/json/object.hpp>

namespace mkdb::server {

/// Refuses requests that a foreign web page makes in its reader's name.
///
/// A name that someone else's DNS points at this machine (rebinding) shows in `Host`: only addresses, `localhost` and
/// the configured host are accepted, unless allow_insecure says that a proxy stands before. A page of another site
/// shows in `Origin` or `Sec-Fetch-Site`. Errors: `errc::invalid_argument` for the host, `errc::permission_denied` for
/// the origin.
[[nodiscard]] result<> check_same_site(protocol::http_request const& request, boost::json::object const& config);

} // namespace mkdb::server
