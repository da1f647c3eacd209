#pragma once

#include "cli/import_sink.hpp"
#include "cli/import_tally.hpp"
#include "cli/write_pipeline.hpp"

#include <memory>
#include <vector>

namespace mkdb::cli {

/// Imports into a store of a running server.
class server_sink final : public import_sink {
public:
    /// Errors: `errc::connection`, `errc::unauthenticated`; a store that is not there or may not be written.
    [[nodiscard]] static result<std::unique_ptr<import_sink>> open(server_address const& where, wire_options options,
                                                                   std::string const& store, std::string id_field,
                                                                   import_tally& tally);

    [[nodiscard]] result<> submit(std::uint64_t line, std::string_view json) override;
    [[nodiscard]] result<> idle() override { return pipeline_.advance(); }
    [[nodiscard]] result<> finish() override { return pipeline_.drain(); }

private:
    server_sink(wire_client client, std::string const& store, std::string id_field, import_tally& tally);

    wire_client client_;
    std::string id_field_;
    import_tally& tally_;
    std::vector<unsigned char> memory_; // Of the record that is being checked, unless it is large.
    write_pipeline pipeline_;
};

} // namespace mkdb::cli
