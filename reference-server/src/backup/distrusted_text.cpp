#include "backup/distrusted_text.hpp"

#include <fmt/format.h>

namespace mkdb::server {

std::string distrusted_text(distrusted_segment const& found) {
    return fmt::format("{} {}: {}", found.path.string(), found.problem,
                       found.copied_anew ? "it was copied anew, and all generations that share it are whole again; "
                                           "look after the disk that the backups are on"
                                         : "the database has it no more, so that earlier generations that share it "
                                           "cannot be restored; `mkdb check` names them");
}

boost::json::array distrusted_json(backup_report const& report) {
    boost::json::array sentences;
    for (auto const& each : report.distrusted) {
        sentences.push_back(boost::json::value(distrusted_text(each)));
    }
    return sentences;
}

} // namespace mkdb::server
