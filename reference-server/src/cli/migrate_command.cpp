#include "cli/migrate_command.hpp"

#include "cli/interrupt.hpp"
#include "cli/migration.hpp"
#include "config/config_file.hpp"

#include <mkdb/clock/system.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/file/staged_directory.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

using posix_config = server::config_file<file::posix>;

/// Someone who names a database of MkDB should not be told of an empty migration.
result<> check_source(file::posix& files, std::filesystem::path const& source) {
    MKDB_TRY_ASSIGN(bool const has_stores, files.exists(source / "stores"));
    if (!has_stores) {
        return fail(
            errc::invalid_argument,
            fmt::format("{} has no directory `stores`: name the directory of a PyMkDB database", source.string()));
    }
    MKDB_TRY_ASSIGN(auto const names, files.list(source / "stores"));
    for (auto const& name : names) {
        MKDB_TRY_ASSIGN(bool const ours, files.exists(source / "stores" / name / "STORE"));
        if (ours) {
            return fail(errc::invalid_argument,
                        fmt::format("{} is a database of MkDB already: run it with `mkdb serve`", source.string()));
        }
    }
    return {};
}

/// The source is only read; a target inside it would be written there.
result<> check_apart(std::filesystem::path const& source, std::filesystem::path const& target) {
    std::error_code ignored;
    auto const from = std::filesystem::weakly_canonical(std::filesystem::absolute(source), ignored);
    auto const to =
        std::filesystem::weakly_canonical(std::filesystem::absolute(target), ignored).lexically_relative(from);
    if (!to.empty() && to.begin()->string() != "..") {
        return fail(errc::invalid_argument, fmt::format("{} lies in {}, which is only read: name a directory outside",
                                                        target.string(), source.string()));
    }
    return {};
}

void report(migrate_options const& options, migration_report const& found, std::chrono::duration<double> took) {
    if (options.json) {
        fmt::print("{}\n", document::to_json(found.to_json(took)));
    } else {
        fmt::print(stderr, "{}", found.findings_text());
        fmt::print("{}", found.summary(took));
    }
    std::fflush(stdout);
}

} // namespace

outcome migrate_database(migrate_options const& options) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto config, posix_config(files, options.source).load());
    MKDB_TRY(check_source(files, options.source));
    MKDB_TRY(check_apart(options.source, options.target));
    MKDB_TRY_ASSIGN(auto stage, file::staged_directory<file::posix>::begin(files, options.target));
    interrupt_guard const guard;
    migration_report found(options.max_errors);
    for (auto const& warning : config.warnings) {
        found.add_warning(warning);
    }
    auto const started = clock::system().monotonic();
    {
        migration work(options, std::move(config.document), stage.path(), found);
        MKDB_TRY(work.run());
        // Last, since a directory without it does not start: nothing that is half done looks whole.
        MKDB_TRY(posix_config(files, stage.path()).save(work.config()));
    }
    MKDB_TRY(stage.commit());
    report(options, found, clock::system().monotonic() - started);
    return found.refused() == 0 ? succeeded : failed;
}

} // namespace mkdb::cli
