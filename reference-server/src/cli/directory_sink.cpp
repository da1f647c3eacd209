#include "cli/directory_sink.hpp"

#include "cli/checked_record.hpp"

#include <fmt/format.h>

namespace mkdb::cli {

result<std::unique_ptr<import_sink>> directory_sink::open(std::filesystem::path const& directory,
                                                          std::string const& store, std::string id_field,
                                                          std::optional<boost::json::object> const& schema,
                                                          import_tally& tally) {
    MKDB_TRY_ASSIGN(auto database, local_database::open(directory));
    auto opened = database->open_or_make_store(store);
    if (opened && schema) {
        return fail(errc::store_exists,
                    fmt::format("Store '{}' is there already: --schema is for a store that the import makes; "
                                "change the schema in config.json, or leave --schema out",
                                store));
    }
    if (!opened && opened.error().code == errc::store_not_found) {
        opened = database->create_store(store, schema.value_or(boost::json::object()));
    }
    if (!opened) {
        return opened.error();
    }
    return std::unique_ptr<import_sink>(
        new directory_sink(std::move(database), *std::move(opened), std::move(id_field), tally));
}

result<> directory_sink::submit(std::uint64_t line, std::string_view json) {
    auto record = check_record(json, id_field_);
    if (!record) {
        tally_.refused(line, record.error().message);
        return {};
    }
    return window_.send(json.size(), [&] {
        store_->async_write({.id = std::move(record->id), .delta = std::move(record->fields)},
                            [this, line, bytes = json.size()](result<write_outcome> const& written) {
                                on_written(line, bytes, written);
                            });
    });
}

void directory_sink::on_written(std::uint64_t line, std::size_t bytes, result<write_outcome> const& written) {
    written ? tally_.stored() : tally_.refused(line, written.error().message);
    window_.answered(bytes, written ? result<>() : result<>(written.error()));
}

result<> directory_sink::finish() {
    window_.drain();
    auto const closed = database_->close();
    MKDB_TRY(window_.failure());
    return closed;
}

} // namespace mkdb::cli
