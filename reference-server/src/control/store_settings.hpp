#pragma once

#include "config/live_config.hpp"
#include "server_policies.hpp"

#include <string>

/// Stores and their sections of the configuration, kept in step.
namespace mkdb::server {

/// Every key of a store at its default, under its name.
[[nodiscard]] boost::json::object new_store_section(std::string const& name);

/// The section as the configuration has it; for a store that it does not name, such as `__auth__`, the defaults.
[[nodiscard]] boost::json::object store_section(live_config const& config, std::string const& name);

/// Writes a section and creates its store. When either fails, neither is there; a crash leaves no store without its
/// section.
[[nodiscard]] result<> add_store(server_database& database, live_config& config, std::string const& name,
                                 boost::json::object const& section);

/// Merges `changes` into the section and tells the open store. Errors leave both as they were.
[[nodiscard]] result<> change_store(live_config& config, server_store& store, boost::json::object const& changes);

} // namespace mkdb::server
