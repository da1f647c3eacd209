#pragma once

#include <mkdb/protocol/http_message.hpp>

#include <optional>
#include <string_view>

namespace mkdb::server {

/// The page at `path`, or one of the files it is made of; they are part of the program.
[[nodiscard]] std::optional<protocol::http_response> find_page(std::string_view path);

/// Headers that keep a browser from doing with a response what nobody meant.
void add_security_headers(protocol::http_response& response);

} // namespace mkdb::server
