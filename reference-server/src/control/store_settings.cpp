#include "config/reading.hpp"
#include "config/settings.hpp"
#include "control/arguments.hpp"
#include "control/store_settings.hpp"

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
    MKDB_TRY_ASSIGN(auto const section, completed(name, wanted));
    auto const created = database.create_store(name, read_store_options(section), read_storage_options(section));
    if (!created) {
        return created.error();
    }
    auto const saved = config.update([&](boost::json::object& document) -> result<> {
        put_section(document, name, section);
        return {};
    });
    if (!saved) {
        static_cast<void>(database.archive_store(name));
    }
    return saved;
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
