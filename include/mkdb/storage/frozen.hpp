#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/log/frozen_log.hpp>

#include <concepts>
#include <string>

namespace mkdb::storage {

using log::frozen_file;
using log::frozen_log;

/// A backend that can be copied while it runs.
///
/// `freeze(wanted)` gives the files that make up the log as it is at this moment: what was appended before, and nothing
/// that is appended later. `wanted(key)` is asked whether a large file is to be opened. Called by the thread that
/// appends.
template <class B, class File>
concept freezable_backend = requires(B& backend, bool (*wanted)(std::string const& key)) {
    { backend.freeze(wanted) } -> std::same_as<result<frozen_log<File>>>;
};

} // namespace mkdb::storage
