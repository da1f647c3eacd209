#pragma once

#include "pymkdb/source_place.hpp"

#include <mkdb/core/result.hpp>

#include <string>
#include <string_view>

namespace mkdb::pymkdb {

/// What a line of the index says.
struct index_line {
    bool deleted = false;
    std::string id;
    source_place where; ///< Of a deleted record: of its last version.
};

/// Reads `id:segment:offset:size`, from its end, since an id may hold colons; `!` before it: deleted. The segment is a
/// number, or `blobs/FILE` for a record in a file of its own. An id that begins with `!` cannot be told from a
/// deletion.
///
/// Errors: `errc::corrupt_file` with what is wrong.
[[nodiscard]] result<index_line> parse_index_line(std::string_view text);

/// The name, below `blobs/`, of the file that holds a large record: separators become `_`.
[[nodiscard]] std::string blob_name(std::string_view id);

} // namespace mkdb::pymkdb
