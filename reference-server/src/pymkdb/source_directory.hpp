#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/file/posix.hpp>

#include <filesystem>

namespace mkdb::pymkdb {

/// Errors: `errc::invalid_argument` when a store of PyMkDB lies in `directory`, with the command that takes it over.
/// Run as it is, that store would look empty, and be empty from the first write on.
[[nodiscard]] result<> check_not_source(file::posix& files, std::filesystem::path const& directory);

} // namespace mkdb::pymkdb
