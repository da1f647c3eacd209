#include "config/reading.hpp"
#include "server_policies.hpp"

template class mkdb::engine::partition<mkdb::server::server_policies>;
template class mkdb::basic_store<mkdb::server::server_policies>;
template class mkdb::basic_database<mkdb::server::server_policies>;

namespace mkdb::server {

server_database::storage_options read_storage_options(boost::json::object const& section) {
    server_database::storage_options options;
    options.type = string_at(section, "file_config.type");
    auto& log = options.of<mkdb::storage::rolling_log>();
    log.segment_threshold = integer_at(section, "file_config.segment_threshold");
    log.parity_blocks = static_cast<std::uint32_t>(integer_at(section, "file_config.parity_nsym"));
    log.large_record = integer_at(section, "file_config.blob_threshold");
    return options;
}

} // namespace mkdb::server
