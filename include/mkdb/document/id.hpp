#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/utf8.hpp>

#include <string>
#include <string_view>

namespace mkdb::document {

/// Whether a record may have this id: UTF-8, 1 to 256 bytes, no control characters (C0, DEL, C1).
///
/// Errors: `errc::invalid_argument` with the reason.
[[nodiscard]] inline result<> check_id(std::string_view id) {
    if (id.empty()) {
        return fail(errc::invalid_argument, "a record's id must not be empty");
    }
    if (id.size() > limits::id_bytes) {
        return fail(errc::invalid_argument, "a record's id may have at most " + std::to_string(limits::id_bytes) +
                                                " bytes, this one has " + std::to_string(id.size()));
    }
    if (!is_utf8(id)) {
        return fail(errc::invalid_argument, "a record's id must be UTF-8");
    }
    auto const printable = [](UChar32 c) { return c >= 0x20 && (c < 0x7F || c > 0x9F); };
    if (!for_each_code_point(id, printable)) {
        return fail(errc::invalid_argument, "a record's id must not hold control characters");
    }
    return {};
}

} // namespace mkdb::document
