#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/arguments.hpp"
#include "control/store_settings.hpp"

#include <algorithm>

namespace mkdb::server {
namespace {

/// The section with every key that it lacks, as of fields that a caller describes in part.
result<boost::json::object> completed(std::string const& name, boost::json::object section) {
    auto const findings = check_section("stores.*", section, "stores." + name);
    if (!findings.problems.empty()) {
        return fail(errc::invalid_argument, findings.problems.front().sentence());
    }
    if (!findings.unknown.empty()) {
        return fail(errc::invalid_argument, "There is no setting " + findings.unknown.front());
    }
    fill_section("stores.*", section);
    return section;
}

void put_section(boost::json::object& document, std::string const& name, boost::json::object const& section) {
    section_at(document, "stores")[name] = section;
}

} // namespace

boost::json::object new_store_section(std::string const& name) {
    auto section = default_section("stores.*");
    section["name"] = name;
    return section;
}

boost::json::object store_section(live_config const& config, std::string const& name) {
    auto const document = config.snapshot();
    auto const* const section = section_at(*document, "stores").if_contains(name);
    return section == nullptr ? new_store_section(name) : section->get_object();
}

result<> add_store(server_database& database, live_config& config, std::string const& name,
                   boost::json::object const& wanted) {
    MKDB_TRY(check_store_name(name));
    MKDB_TRY_ASSIGN(auto const section, completed(name, wanted));
    auto const make = [&]() -> result<> {
        auto const made = database.create_store(name, read_store_options(section), read_storage_options(section));
        return made ? result<>() : made.error();
    };
    // A section without a store is made one of at the start; a store without its section would forget what it asks of
    // records.
    return config.update_before(make, [&](boost::json::object& document) -> result<> {
        MKDB_TRY_ASSIGN(auto const stored, database.stored_names());
        if (std::ranges::binary_search(stored, name)) {
            return fail(errc::store_exists, "Store '" + name + "' already exists"); // With a section of its own.
        }
        put_section(document, name, section);
        return {};
    });
}

result<> change_store(live_config& config, server_store& store, boost::json::object const& changes) {
    std::string const name(store.name());
    auto before = store.options();
    auto const change = [&](boost::json::object& document) -> result<> {
        before = store.options(); // Nobody else changes them from now on.
        auto section = store_section(config, name);
        auto const partitions = section.at("partitions");
        merge_section("stores.*", section, changes);
        MKDB_TRY_ASSIGN(section, completed(name, std::move(section)));
        if (section.at("partitions") != partitions) {
            return fail(errc::invalid_argument, "stores." + name + ".partitions is fixed when the store is created");
        }
        MKDB_TRY(store.reconfigure(read_store_options(section)));
        put_section(document, name, section);
        return {};
    };
    // What the disk refused to keep must not be in force until the next start only.
    return config.update(change, [&] { return store.reconfigure(before); });
}

} // namespace mkdb::server
