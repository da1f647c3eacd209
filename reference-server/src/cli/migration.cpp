#include "cli/migration.hpp"

#include "cli/interrupt.hpp"
#include "cli/terminal.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"

#include <mkdb/document/merge.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/store/name.hpp>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace mkdb::cli {
namespace {

/// What the database stores of these fields: no null, no reserved name, and dotted names as its setting says.
std::string stored_text(boost::json::object const& fields, bool nested) {
    boost::json::object record;
    document::merge(record, fields, nested);
    return document::to_json(record);
}

pymkdb::finding about(pymkdb::source_store const& source, pymkdb::source_record const& record, std::string reason) {
    auto const& where = record.where;
    return {pymkdb::finding_kind::refused,
            pymkdb::file_of(source.name(), where),
            where.line,
            where.offset,
            record.id,
            std::move(reason)};
}

} // namespace

migration::migration(migrate_options const& options, boost::json::object config, std::filesystem::path directory,
                     migration_report& report)
    : options_(options), config_(std::move(config)), directory_(std::move(directory)), report_(report) {}

migration::~migration() {
    window_.drain();
    pool_.join();
}

result<> migration::run() {
    auto const done = [&]() -> result<> {
        MKDB_TRY(survey_stores());
        MKDB_TRY(write_stores());
        return verify_stores();
    }();
    bar_.reset();
    return done;
}

void migration::begin_phase(std::uint64_t total) {
    bar_ = std::make_unique<progress_bar<>>(options_.json ? nullptr : terminal_writer(stderr), terminal_width(stderr));
    total_ = total;
    done_ = counted_ = 0;
}

result<> migration::advance(std::uint64_t done, std::uint64_t records) {
    done_ += done;
    counted_ += records;
    bar_->show({counted_, done_, total_});
    return interrupted()
               ? result<>(fail(errc::cancelled, fmt::format("interrupted: {} was not made", options_.target.string())))
               : result<>();
}

result<> migration::survey_stores() {
    std::vector<std::string> names;
    for (auto const& entry : server::section_at(config_, "stores")) {
        names.emplace_back(entry.key());
    }
    std::ranges::sort(names);
    for (auto const& name : names) {
        MKDB_TRY(survey(name));
    }
    return tell_strangers();
}

result<> migration::survey(std::string const& name) {
    auto const entry = report_.add_store(name);
    if (auto const fits = check_store_name(name); !fits) {
        report_.add(entry, {pymkdb::finding_kind::refused, "the store", 0, std::nullopt, "", fits.error().message});
        server::section_at(config_, "stores").erase(name);
        return {};
    }
    MKDB_TRY_ASSIGN(auto const folder, folder_of(name));
    auto store = std::make_unique<one_store>(
        one_store{name, pymkdb::source_store(options_.source / "stores" / folder, folder), {}, {}, entry});
    if (!folder.empty()) {
        MKDB_TRY_ASSIGN(auto const bytes, store->source.size());
        begin_phase(bytes);
        MKDB_TRY_ASSIGN(auto plan, store->source.survey({options_.take_unindexed},
                                                        [&](std::uint64_t read) { return advance(read, 1); }));
        report_.stores()[entry].deleted = plan.deleted;
        report_.stores()[entry].unindexed = plan.unindexed;
        store->records = std::move(plan.records);
        for (auto& found : plan.findings) {
            report_.add(entry, std::move(found));
        }
    } else {
        report_.add(entry, {pymkdb::finding_kind::refused, "", 0, std::nullopt, "",
                            "it is missing though config.json names the store, which is made empty: bring it back and "
                            "migrate again, or make an empty directory of that name if there never was a record"});
    }
    stores_.push_back(std::move(store));
    return {};
}

/// PyMkDB calls the directory as the section's `name` says, which its key follows; empty: there is none.
result<std::string> migration::folder_of(std::string const& name) {
    file::posix files;
    auto const called = server::string_at(server::section_at(config_, "stores").at(name).get_object(), "name");
    for (auto const& folder : {called, name}) {
        MKDB_TRY_ASSIGN(bool const present, files.exists(options_.source / "stores" / folder));
        if (present && check_store_name(folder)) {
            folders_.insert(folder);
            return folder;
        }
    }
    return std::string();
}

/// Directories that the configuration does not name are no stores to PyMkDB either.
result<> migration::tell_strangers() {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const names, files.list(options_.source / "stores"));
    for (auto const& name : names) {
        if (!folders_.contains(name) && name != archive_directory) {
            report_.add_warning(fmt::format("stores/{} is not in config.json: it was not migrated", name));
        }
    }
    return {};
}

result<> migration::open_database() {
    database_options opening;
    opening.executor = [this](std::function<void()> task) { boost::asio::post(pool_, std::move(task)); };
    opening.on_event = [this](event const& what) { report_.add_warning(what.source + ": " + what.message); };
    MKDB_TRY_ASSIGN(database_, server::server_database::open(directory_, std::move(opening)));
    return {};
}

result<> migration::close_database() {
    auto const closed = database_->close();
    database_.reset();
    return closed;
}

result<> migration::write_stores() {
    MKDB_TRY(open_database());
    std::uint64_t total = 0;
    for (auto const& store : stores_) {
        total += store->records.size();
    }
    begin_phase(total);
    for (auto const& store : stores_) {
        MKDB_TRY(write(*store));
    }
    return close_database();
}

result<> migration::write(one_store& store) {
    auto const& section = server::section_at(config_, "stores").at(store.name).get_object();
    MKDB_TRY_ASSIGN(auto const into, database_->create_store(store.name, server::read_store_options(section),
                                                             server::read_storage_options(section)));
    store.stored.assign(store.records.size(), 0);
    for (std::size_t at = 0; at < store.records.size(); ++at) {
        MKDB_TRY(advance(1, 1));
        auto const& record = store.records[at];
        auto fields = store.source.read(record);
        if (!fields) {
            refuse(store, at, fields.error());
            continue;
        }
        auto const bytes = record.where.size + record.id.size();
        MKDB_TRY(window_.send(bytes, [&] {
            // One sync at the end covers all: the directory is nobody's before that.
            into->async_write({.id = record.id, .delta = std::move(*fields), .mode = durability::interval},
                              [this, &store, at, bytes](result<write_outcome> const& answer) {
                                  store.stored[at] = answer ? 1 : 0;
                                  if (!answer) {
                                      refuse(store, at, answer.error());
                                  }
                                  window_.answered(bytes, answer ? result<>() : result<>(answer.error()));
                              });
        }));
    }
    window_.drain();
    report_.stores()[store.entry].migrated = static_cast<std::uint64_t>(std::ranges::count(store.stored, 1));
    return window_.failure();
}

result<> migration::verify_stores() {
    MKDB_TRY(open_database());
    begin_phase(report_.migrated());
    for (auto const& store : stores_) {
        MKDB_TRY(verify(*store));
    }
    return close_database();
}

result<> migration::verify(one_store& store) {
    auto const& section = server::section_at(config_, "stores").at(store.name).get_object();
    MKDB_TRY_ASSIGN(auto const opened, database_->open_store(store.name, server::read_store_options(section),
                                                             server::read_storage_options(section)));
    auto& counts = report_.stores()[store.entry];
    for (std::size_t at = 0; at < store.records.size(); ++at) {
        if (store.stored[at] != 0) {
            MKDB_TRY(advance(1, 1));
            MKDB_TRY(compare(store, at, *opened));
            ++counts.verified;
        }
    }
    if (opened->size() != counts.migrated) {
        return fail(errc::corrupt_file,
                    fmt::format("store '{}' has {} records where {} were migrated: {} was not made", store.name,
                                opened->size(), counts.migrated, options_.target.string()));
    }
    return store.source.check_unchanged();
}

result<> migration::compare(one_store& store, std::size_t at, server::server_store const& with) {
    auto const& record = store.records[at];
    MKDB_TRY_ASSIGN(auto const fields, store.source.read(record));
    MKDB_TRY_ASSIGN(auto const found, with.read(record.id));
    if (found.json != stored_text(fields, with.options().nested_queries)) {
        return fail(errc::corrupt_file,
                    fmt::format("record '{}' of store '{}' is not what {} holds: {} was not made", record.id,
                                store.name, pymkdb::file_of(store.source.name(), record.where),
                                options_.target.string()));
    }
    return {};
}

void migration::refuse(one_store const& store, std::size_t at, error const& why) {
    report_.add(store.entry, about(store.source, store.records[at], why.message));
}

} // namespace mkdb::cli
