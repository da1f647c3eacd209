#include "application/demo.hpp"
#include "config/json_text.hpp"
#include "control/store_settings.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/file/posix.hpp>
#include <mkdb/file/whole_file.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <future>

namespace mkdb::server {
namespace {

constexpr auto store_name = "packages";

// Beside the sources in a build tree, below share/ once installed.
result<std::filesystem::path> sample_directory() {
    for (auto const* const candidate : {MKDB_INSTALLED_SAMPLE, MKDB_SAMPLE_DIRECTORY}) {
        if (std::filesystem::exists(std::filesystem::path(candidate) / "sample.jsonl")) {
            return std::filesystem::path(candidate);
        }
    }
    return fail(errc::io, fmt::format("the sample records are not installed in {}", MKDB_INSTALLED_SAMPLE));
}

result<> add_sample_store(server_database& database, live_config& config, std::filesystem::path const& schema_file) {
    file::posix files;
    MKDB_TRY_ASSIGN(auto const text, file::read_whole(files, schema_file));
    MKDB_TRY_ASSIGN(auto schema, parse_config_text(text, schema_file.string()));
    auto section = new_store_section(store_name);
    section["description"] = "Debian packages (sample)";
    section["schema_config"] = std::move(schema);
    return add_store(database, config, store_name, section);
}

// All of them wait for the same syncs.
result<std::size_t> write_samples(server_store& store, std::string_view lines) {
    std::vector<std::future<result<write_outcome>>> written;
    while (!lines.empty()) {
        auto const end = lines.find('\n');
        MKDB_TRY_ASSIGN(auto fields, document::parse_object(lines.substr(0, end)));
        lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
        auto const promised = std::make_shared<std::promise<result<write_outcome>>>();
        written.push_back(promised->get_future());
        std::string const id(fields.at("_id").get_string());
        store.async_write({.id = id, .delta = std::move(fields), .if_revision = {}, .mode = {}},
                          [promised](result<write_outcome> outcome) { promised->set_value(std::move(outcome)); });
    }
    for (auto& each : written) {
        MKDB_TRY(each.get());
    }
    return written.size();
}

} // namespace

result<> fill_with_samples(server_database& database, live_config& config, event_log& events) {
    if (!database.store_names().empty()) {
        return {};
    }
    file::posix files;
    MKDB_TRY_ASSIGN(auto const samples, sample_directory());
    MKDB_TRY_ASSIGN(auto const lines, file::read_whole(files, samples / "sample.jsonl"));
    MKDB_TRY(add_sample_store(database, config, samples / "schema.json"));
    MKDB_TRY_ASSIGN(auto const count, write_samples(*database.find_store(store_name), lines));
    events.add(event_level::info, "demo", fmt::format("{} sample records are in store '{}'", count, store_name));
    return {};
}

} // namespace mkdb::server
