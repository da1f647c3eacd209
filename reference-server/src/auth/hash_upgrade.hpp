#pragma once

#include "config/live_config.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace mkdb::server {

/// Replaces the hash in the section at `path` (as "users.ann"), if it is still `old`, by one with today's iteration
/// count. Segments of the path are given one by one, since names may hold dots.
void upgrade_hash(live_config& config, std::initializer_list<std::string_view> path, std::string const& old,
                  std::string const& password);

} // namespace mkdb::server
