#pragma once

/// Serving a database: the actions, the protocols that carry them, and the transports that carry those.
#include <mkdb/protocol/data_routes.hpp>
#include <mkdb/protocol/socket_session.hpp>
#include <mkdb/service/data_service.hpp>
#include <mkdb/transport/http_server.hpp>
#include <mkdb/transport/in_process.hpp>
#include <mkdb/transport/socket_server.hpp>
