#pragma once

#include <mkdb/core/result.hpp>

#include <string_view>

namespace mkdb::pymkdb {

/// A line of the log in its two parts; views of it.
struct log_line {
    std::string_view id;
    std::string_view json;
};

/// Splits `id {json}` where the object begins, at the first ` {`: an id may hold spaces, but not these two characters.
/// The JSON is not looked at. Errors: `errc::corrupt_file`.
[[nodiscard]] inline result<log_line> split_log_line(std::string_view text) {
    auto const space = text.find(" {");
    if (space == std::string_view::npos || space == 0) {
        return fail(errc::corrupt_file, "not an id, a space and a JSON object");
    }
    return log_line{text.substr(0, space), text.substr(space + 1)};
}

} // namespace mkdb::pymkdb
