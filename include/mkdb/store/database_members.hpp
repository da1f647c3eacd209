#pragma once

#include <mkdb/store/backup_place.hpp>
#include <mkdb/store/database.hpp>

// Apart from the class and not inline, so that a program which instantiates it once (`extern template`) compiles them
// once.
namespace mkdb {

template <class Policies>
auto basic_database<Policies>::open(std::filesystem::path directory, database_options options,
                                    environment_type environment) -> result<std::unique_ptr<basic_database>> {
    auto opened = std::unique_ptr<basic_database>(
        new basic_database(std::move(directory), std::move(options), std::move(environment)));
    MKDB_TRY(opened->take_ownership());
    opened->report_lost_stores();
    opened->report_absent_nodes();
    return opened;
}

/// Nobody would miss them before their records are asked for.
template <class Policies>
void basic_database<Policies>::report_lost_stores() {
    auto const lost = stores_without_identity();
    if (!lost) {
        report(event::severity::warning, "database", lost.error().message);
        return;
    }
    for (auto const& each : *lost) {
        report(event::severity::error, each.name, each.problem);
    }
}

template <class Policies>
void basic_database<Policies>::use_storage_nodes(std::vector<std::filesystem::path> directories) {
    {
        std::unique_lock const lock(mutex_);
        layout_.use_nodes(std::move(directories));
    }
    report_absent_nodes();
}

template <class Policies>
void basic_database<Policies>::report_absent_nodes() {
    std::shared_lock lock(mutex_);
    auto const absent = layout_.absent_nodes();
    lock.unlock();
    if (!absent) {
        report(event::severity::warning, "database", absent.error().message);
        return;
    }
    for (auto const& each : *absent) {
        report(event::severity::warning, "database", each);
    }
}

template <class Policies>
basic_database<Policies>::~basic_database() {
    // Without memory for closing, what is buffered is lost as in a crash, and the next opening finds the rest.
    if_memory_allows([this] {
        if (auto const closed = close(); !closed) {
            report(event::severity::error, "database", closed.error().message);
        }
    });
}

template <class Policies>
auto basic_database<Policies>::create_store(std::string const& name, store_options options, storage_options storage)
    -> result<std::shared_ptr<store>> {
    MKDB_TRY(check_store_name(name));
    std::unique_lock const lock(mutex_);
    MKDB_TRY_ASSIGN(bool const exists, layout_.is_stored(name));
    if (exists) {
        return fail(errc::store_exists, "Store '" + name + "' already exists");
    }
    MKDB_TRY(check_partitions(options.partitions));
    auto const partitions = options.partitions != 0 ? options.partitions : default_partitions();
    MKDB_TRY_ASSIGN(bool const goes_on, layout_.goes_on_with_logs(name, partitions));
    MKDB_TRY_ASSIGN(auto const identity, goes_on ? result<store_identity>(layout_.gathered(partitions, storage))
                                                 : layout_.plan(name, partitions, storage));
    MKDB_TRY_ASSIGN(auto opened, open_locked(name, identity, false, std::move(options), std::move(storage)));
    scope_fail not_made([&] { stores_.erase(name); });
    MKDB_TRY(layout_.save(name, identity));
    not_made.release();
    if (goes_on) {
        report(event::severity::warning, name,
               "The file STORE was lost and is made anew: the store goes on with the records of its " +
                   std::to_string(partitions) + " partitions");
    }
    return opened;
}

template <class Policies>
auto basic_database<Policies>::open_store(std::string const& name, store_options options, storage_options storage)
    -> result<std::shared_ptr<store>> {
    MKDB_TRY(check_store_name(name));
    std::unique_lock const lock(mutex_);
    if (auto const open = stores_.find(name); open != stores_.end()) {
        return open->second;
    }
    MKDB_TRY_ASSIGN(bool const exists, layout_.is_stored(name));
    if (!exists) {
        return fail(errc::store_not_found, "Store '" + name + "' not found");
    }
    MKDB_TRY_ASSIGN(auto const identity, layout_.load(name, storage));
    return open_locked(name, identity, true, std::move(options), std::move(storage));
}

template <class Policies>
auto basic_database<Policies>::archive_store(std::string const& name) -> result<std::string> {
    MKDB_TRY(check_store_name(name));
    std::lock_guard const one_at_a_time(archiving_);
    for (std::shared_ptr<store> closed;;) {
        std::unique_lock lock(mutex_);
        MKDB_TRY_ASSIGN(bool const exists, layout_.is_stored(name));
        if (!exists) {
            return fail(errc::store_not_found, "Store '" + name + "' not found");
        }
        auto const open = stores_.find(name);
        if (open == stores_.end() || open->second == closed) {
            stores_.erase(name);
            return move_to_archive(environment_.files, layout_.stores(), name, environment_.clock.wall());
        }
        // Its name is taken until it is moved; whoever needs another store does not wait for what closing takes.
        closed = open->second;
        lock.unlock();
        MKDB_TRY(closed->close());
    }
}

template <class Policies>
auto basic_database<Policies>::backup(std::filesystem::path const& directory, backup_options const& options)
    -> result<backup_report>
requires freezable_policies<Policies> {
    using run_type = backup_run<typename Policies::file>;
    MKDB_TRY(check_backup_place(this->directory(), directory));
    MKDB_TRY(check_all_open(options.leave_out));
    MKDB_TRY_ASSIGN(auto run, run_type::begin(environment_.files, directory, environment_.clock.wall(), options));
    for (auto const& name : store_names()) {
        auto const open = find_store(name);
        if (open == nullptr) {
            return fail(errc::closed, "Store '" + name + "' was closed during the backup");
        }
        MKDB_TRY_ASSIGN(auto const identity, load_identity(environment_.files, layout_.store(name)));
        // A backup has all of a store in one directory, and is restored into one.
        MKDB_TRY(run.add_store(name, format_identity(identity.gathered())));
        MKDB_TRY_ASSIGN(auto logs, open->freeze([&](std::string const& key) { return run.wants(key); }));
        for (auto& log : logs) {
            MKDB_TRY(run.add_partition(std::move(log)));
        }
    }
    return run.finish();
}

template <class Policies>
auto basic_database<Policies>::close() -> result<> {
    std::lock_guard const nothing_is_archived(archiving_);
    std::unique_lock const lock(mutex_);
    result<> outcome;
    for (auto const& [name, open] : stores_) {
        if (auto const closed = open->close(); !closed && outcome) {
            outcome = closed.error();
        }
    }
    stores_.clear();
    lock_.reset();
    return outcome;
}

} // namespace mkdb
