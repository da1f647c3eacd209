#pragma once

#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/segment_writer.hpp>

#include <filesystem>
#include <memory>

namespace mkdb::log {

/// Makes the file of a new segment, still empty. Its name is durable only after a sync of the directory.
template <class Files>
[[nodiscard]] result<std::unique_ptr<segment<typename Files::file>>>
make_segment(Files& files, std::filesystem::path const& directory, segment_identity const& identity) {
    MKDB_TRY_ASSIGN(auto made, files.open(directory / names::segment(identity.number), file::open_mode::create_new));
    return std::make_unique<segment<typename Files::file>>(identity.number, identity.segment_id, std::move(made));
}

/// What the manifest says of a segment that ends with this footer.
[[nodiscard]] inline segment_entry sealed_entry(segment_footer const& footer) noexcept {
    return {.number = footer.number,
            .id = footer.segment_id,
            .sealed = true,
            .length = footer.data_end,
            .counts = {footer.batch_count, footer.record_count, footer.tombstone_count, footer.first_sequence,
                       footer.last_sequence},
            .digest = footer.digest,
            .flags = footer.flags};
}

} // namespace mkdb::log
