#pragma once

#include "control/context.hpp"

#include <boost/json/object.hpp>

/// Descriptions of the whole server that several actions share.
namespace mkdb::server {

/// `name, base_path, store_count, health`; health is the worst of what is known, with the reasons.
[[nodiscard]] boost::json::object database_info(control_context const& context);

/// `{"control":{"running":…},"socket":…,"http":…}`
[[nodiscard]] boost::json::object server_status(control_context const& context);

} // namespace mkdb::server
