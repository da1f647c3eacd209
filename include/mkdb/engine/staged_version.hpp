#pragma once

#include <mkdb/engine/directory.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mkdb::engine {

using shared_text = std::shared_ptr<std::string const>;

/// What a partition holds under an id before a commit.
struct base_state {
    row_id row = 0;
    std::uint64_t revision = 0;
    std::uint64_t created = 0;
    boost::json::object fields;
    bool damaged = false; ///< Committed, but unreadable: it can be erased and not merged into.
};

/// What a commit will leave under an id, and what was there before.
struct staged_version {
    std::string id;
    std::optional<base_state> before;
    std::uint64_t sequence = 0; ///< 0: nothing changed.
    std::uint64_t created = 0;
    bool present = false;
    boost::json::object fields; ///< Of the version to come, when present.
    shared_text text;           ///< The same as JSON.

    /// Something must be written: a new version, or a tombstone over an old one.
    [[nodiscard]] bool to_log() const noexcept { return sequence != 0 && (present || before.has_value()); }
    /// The record goes on under the row it has.
    [[nodiscard]] bool keeps_row() const noexcept { return present && before && before->created == created; }
};

} // namespace mkdb::engine
