#include "cli/backup_check.hpp"
#include "cli/copy_watch.hpp"
#include "cli/json_output.hpp"
#include "cli/number_text.hpp"

#include <mkdb/file/posix.hpp>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace mkdb::cli {
namespace {

bool any_fault(backup_verification const& found, bool shared) {
    return std::ranges::any_of(found.generations, [&](auto const& generation) {
        return std::ranges::any_of(generation.faults, [&](auto const& fault) { return fault.shared == shared; });
    });
}

void describe_generation(std::string& text, verified_backup const& generation) {
    auto const place = generation.directory.string();
    if (!generation.finished) {
        text += fmt::format("{} was never finished and does not count; the next backup removes it\n", place);
    } else if (!generation.problem.empty()) {
        text += generation.problem + "\n";
    } else {
        for (auto const& fault : generation.faults) {
            text += fmt::format("{} {}\n", fault.path.string(), fault.problem);
        }
        text += fmt::format("{}: {} files, {} bytes, {}\n", place, grouped(generation.files), grouped(generation.bytes),
                            generation.faults.empty() ? "every digest right"
                                                      : fmt::format("{} damaged or missing: it cannot be restored",
                                                                    grouped(generation.faults.size())));
    }
}

boost::json::object generation_json(verified_backup const& generation) {
    boost::json::array faults;
    for (auto const& each : generation.faults) {
        faults.push_back(
            boost::json::object{{"path", each.path.string()}, {"problem", each.problem}, {"shared", each.shared}});
    }
    return {{"directory", generation.directory.string()},
            {"finished", generation.finished},
            {"sound", generation.sound()},
            {"problem", generation.problem},
            {"files", generation.files},
            {"bytes", generation.bytes},
            {"faults", std::move(faults)}};
}

} // namespace

std::string backup_check_text(backup_verification const& found) {
    std::string text;
    for (auto const& each : found.generations) {
        describe_generation(text, each);
    }
    if (any_fault(found, true)) {
        text += "Delete the damaged segments and back up again into the same directory while the database still has "
                "them:\nthey are copied anew, and every generation that shares them can be restored again.\n";
    }
    bool const unreadable =
        std::ranges::any_of(found.generations, [](auto const& each) { return each.finished && !each.problem.empty(); });
    if (any_fault(found, false) || unreadable) {
        text += "Files beside a generation's backup.json are its own: restore another generation, make a new backup, "
                "and remove\nthe directory of the damaged one.\n";
    }
    return text;
}

boost::json::object backup_check_json(backup_verification const& found) {
    boost::json::array generations;
    for (auto const& each : found.generations) {
        generations.push_back(generation_json(each));
    }
    return {{"sound", found.sound()}, {"generations", std::move(generations)}};
}

outcome check_backup(check_request const& request) {
    if (request.repair) {
        return fail(errc::invalid_argument,
                    fmt::format("{} is a backup, which has no parity to repair it with: check it without --repair",
                                request.directory));
    }
    interrupt_guard const guard;
    file::posix files;
    result<backup_verification> found;
    {
        copy_watch watch(request.json, "interrupted: not all was read");
        found = verify_backup(files, request.directory, [&](std::uint64_t bytes) { return watch.add(bytes); });
    }
    MKDB_TRY(found);
    if (request.json) {
        print_json(backup_check_json(*found), true);
    } else {
        fmt::print("{}", backup_check_text(*found));
    }
    return found->sound() ? succeeded : failed;
}

} // namespace mkdb::cli
