#include "control/actions.hpp"

#include "backup/distrusted_text.hpp"
#include "control/arguments.hpp"
#include "control/context.hpp"

#include <fmt/format.h>

namespace mkdb::server::actions {
namespace {

boost::json::array stores_of(backup_manifest const& manifest) {
    boost::json::array stores;
    for (auto const& each : manifest.stores) {
        stores.push_back(boost::json::object{
            {"name", each.name}, {"sequences", boost::json::array(each.sequences.begin(), each.sequences.end())}});
    }
    return stores;
}

boost::json::object describe(listed_backup const& listed) {
    boost::json::object described{
        {"generation", listed.generation}, {"directory", listed.directory.string()}, {"finished", listed.finished}};
    if (!listed.manifest) {
        described["problem"] = listed.problem;
        return described;
    }
    described["created_ms"] = listed.manifest->created_ms;
    described["stores"] = stores_of(*listed.manifest);
    described["files"] = listed.manifest->files.size();
    described["bytes"] = listed.manifest->bytes();
    return described;
}

} // namespace

result<boost::json::value> backup(control_context& context, boost::json::object const& arguments,
                                  control_caller const& who) {
    MKDB_TRY_ASSIGN(auto const target, optional_text(arguments, "target"));
    context.events.add(event_level::info, "control", fmt::format("backup asked for by '{}'", who.username));
    MKDB_TRY_ASSIGN(auto const made, context.backups.run(target.value_or("")));
    auto const& manifest = made.report.manifest;
    return boost::json::object{{"generation", manifest.generation},
                               {"directory", made.report.directory.string()},
                               {"created_ms", manifest.created_ms},
                               {"stores", stores_of(manifest)},
                               {"files", manifest.files.size()},
                               {"bytes", manifest.bytes()},
                               {"copied_segments", made.report.copied_segments},
                               {"copied_bytes", made.report.copied_bytes},
                               {"distrusted", distrusted_json(made.report)},
                               {"left_out", boost::json::array(made.left_out.begin(), made.left_out.end())}};
}

result<boost::json::value> list_backups(control_context& context, boost::json::object const& arguments,
                                        control_caller const&) {
    MKDB_TRY_ASSIGN(auto const target, optional_text(arguments, "target"));
    MKDB_TRY_ASSIGN(auto const place, context.backups.place_of(target.value_or("")));
    MKDB_TRY_ASSIGN(auto const listed, context.backups.list(target.value_or("")));
    boost::json::array backups;
    for (auto const& each : listed) {
        backups.push_back(describe(each));
    }
    auto const count = backups.size();
    return boost::json::object{{"directory", place.string()}, {"backups", std::move(backups)}, {"count", count}};
}

} // namespace mkdb::server::actions
