#include "cli/compact_command.hpp"

#include "cli/control_client.hpp"
#include "cli/json_output.hpp"
#include "cli/local_database.hpp"
#include "control/compaction_json.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <vector>

namespace mkdb::cli {
namespace {

/// A compaction answers when it is done: for a large store much later than other actions.
constexpr auto compaction_patience = std::chrono::hours(24);

std::uint64_t number_in(boost::json::object const& done, std::string_view name) {
    auto const* const found = done.if_contains(name);
    return found != nullptr && found->is_number() ? found->to_number<std::uint64_t>() : 0;
}

std::string megabytes(std::uint64_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string sentence(std::string_view store, boost::json::object const& done) {
    if (number_in(done, "segments_in") == 0) {
        return fmt::format("Store '{}': nothing is worth compacting.", store);
    }
    return fmt::format(
        "Store '{}': {} segments of {} became {} of {} in {:.1f} s; {} records copied, {} deletions dropped.", store,
        number_in(done, "segments_in"), megabytes(number_in(done, "bytes_in")), number_in(done, "segments_out"),
        megabytes(number_in(done, "bytes_out")), static_cast<double>(number_in(done, "duration_ms")) / 1000,
        number_in(done, "records_copied"), number_in(done, "tombstones_dropped"));
}

/// Collects what was done, or says it at once.
class outcome_listing {
public:
    explicit outcome_listing(bool json) : json_(json) {}

    void add(std::string_view store, boost::json::object done) {
        if (json_) {
            stores_.push_back(std::move(done));
        } else {
            fmt::print("{}\n", sentence(store, done));
        }
    }

    void finish() const {
        if (json_) {
            print_json(boost::json::object{{"stores", stores_}}, true);
        }
    }

private:
    bool json_;
    boost::json::array stores_;
};

/// Notes have been printed as events.
result<> compact_directory(std::filesystem::path const& directory, std::string const& only, outcome_listing& listing) {
    MKDB_TRY_ASSIGN(auto const database, local_database::open(directory));
    std::vector<std::string> names{only};
    if (only.empty()) {
        MKDB_TRY_ASSIGN(names, database->stored_names());
    }
    for (auto const& name : names) {
        MKDB_TRY_ASSIGN(auto const store, database->open_store(name));
        MKDB_TRY_ASSIGN(auto const report, store->compact());
        listing.add(name, server::compaction_json(name, report));
    }
    return database->close();
}

result<std::vector<std::string>> stores_of(control_client const& client) {
    MKDB_TRY_ASSIGN(auto const answer, client.act({{"action", "api_list_stores"}}));
    auto const* const listed = answer.is_object() ? answer.get_object().if_contains("stores") : nullptr;
    std::vector<std::string> names;
    if (listed != nullptr && listed->is_array()) {
        for (auto const& each : listed->get_array()) {
            auto const* const name = each.is_object() ? each.get_object().if_contains("name") : nullptr;
            if (name != nullptr && name->is_string()) {
                names.emplace_back(name->get_string());
            }
        }
    }
    return names;
}

void print_notes(std::string_view store, boost::json::object const& done) {
    if (auto const* const notes = done.if_contains("notes"); notes != nullptr && notes->is_array()) {
        for (auto const& note : notes->get_array()) {
            if (note.is_string()) {
                fmt::print(stderr, "{}: {}\n", store, std::string_view(note.get_string()));
            }
        }
    }
}

result<> compact_server(server_address const& where, compact_options const& options, outcome_listing& listing) {
    MKDB_TRY_ASSIGN(auto const client, control_client::log_in(where, options.login));
    std::vector<std::string> names{options.store};
    if (options.store.empty()) {
        MKDB_TRY_ASSIGN(names, stores_of(client));
    }
    for (auto const& name : names) {
        MKDB_TRY_ASSIGN(auto done, client.act({{"action", "api_compact_store"}, {"name", name}}, compaction_patience));
        if (!done.is_object()) {
            return fail(errc::connection, "the server's answer is not understood; is it of another version?");
        }
        print_notes(name, done.get_object());
        listing.add(name, std::move(done.get_object()));
    }
    return {};
}

} // namespace

outcome compact_stores(compact_options const& options) {
    MKDB_TRY_ASSIGN(auto const where, parse_control_target(options.target));
    outcome_listing listing(options.json);
    if (auto const* const address = std::get_if<server_address>(&where)) {
        MKDB_TRY(compact_server(*address, options, listing));
    } else {
        MKDB_TRY(compact_directory(std::get<std::filesystem::path>(where), options.store, listing));
    }
    listing.finish();
    return succeeded;
}

} // namespace mkdb::cli
