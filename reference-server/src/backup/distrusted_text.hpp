#pragma once

#include <mkdb/store/backup.hpp>

#include <boost/json/array.hpp>

#include <string>

namespace mkdb::server {

/// What a backup found of an earlier one, as a sentence. Pure.
[[nodiscard]] std::string distrusted_text(distrusted_segment const& found);

/// A sentence for each, as a client gets them. Pure.
[[nodiscard]] boost::json::array distrusted_json(backup_report const& report);

} // namespace mkdb::server
