#pragma once

#include "cli/import_sink.hpp"
#include "cli/import_tally.hpp"
#include "cli/local_database.hpp"
#include "cli/write_window.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace mkdb::cli {

/// Imports into a store of a database directory, which is made when it is missing. Thousands of writes are on their way
/// at once, so that one sync covers many.
class directory_sink final : public import_sink {
public:
    /// `schema` is the `schema_config` of a store that is to be made. Errors: `errc::locked`; `errc::store_exists` when
    /// there is a `schema` and the store is there already.
    [[nodiscard]] static result<std::unique_ptr<import_sink>> open(std::filesystem::path const& directory,
                                                                   std::string const& store, std::string id_field,
                                                                   std::optional<boost::json::object> const& schema,
                                                                   import_tally& tally);
    ~directory_sink() override { window_.drain(); }

    [[nodiscard]] result<> submit(std::uint64_t line, std::string_view json) override;
    [[nodiscard]] result<> idle() override { return window_.failure(); }
    [[nodiscard]] result<> finish() override;

private:
    directory_sink(std::unique_ptr<local_database> database, std::shared_ptr<server::server_store> store,
                   std::string id_field, import_tally& tally)
        : database_(std::move(database)), store_(std::move(store)), id_field_(std::move(id_field)), tally_(tally) {}

    void on_written(std::uint64_t line, std::size_t bytes, result<write_outcome> const& written);

    std::unique_ptr<local_database> database_;
    std::shared_ptr<server::server_store> store_;
    std::string id_field_;
    import_tally& tally_;
    write_window window_;
};

} // namespace mkdb::cli
