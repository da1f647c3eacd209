#pragma once

#include <mkdb/core/hex.hpp>
#include <mkdb/log/current_format.hpp>
#include <mkdb/log/file_names.hpp>
#include <mkdb/log/manifest_state.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mkdb::log {

/// A file of a log as it was at one moment.
template <class File>
struct frozen_file {
    std::string name;           ///< In the log's directory.
    std::string content{};      ///< All of it, when `key` is empty.
    std::string key{};          ///< Files of one key have the same bytes, in whatever log or copy of one.
    std::optional<File> file{}; ///< Open: it can be read when its name is gone. None when it was not wanted.
    std::uint64_t size = 0;
    std::uint64_t digest_bytes = 0; ///< How many of its first bytes `digest` covers.
    segment_digest digest{};
};

/// The files that make up a log that ends at `last_sequence`, whatever is appended to the original afterwards.
template <class File>
struct frozen_log {
    std::uint64_t last_sequence = 0;
    std::vector<frozen_file<File>> files;
};

/// Names the bytes of a sealed segment: the uuid tells whose they are, the digest that they are these.
[[nodiscard]] inline std::string segment_key(segment_entry const& entry) {
    return hex(entry.id) + "-" + hex(std::as_bytes(std::span(entry.digest)));
}

/// The bytes of one copy of a manifest that begins, as generation 1, with `state`. Pure.
[[nodiscard]] inline std::string encode_manifest(uuid const& log_id, uuid const& manifest_id,
                                                 manifest_state const& state, unsigned copy) {
    auto const header =
        sealed(manifest_header{.log_id = log_id, .manifest_id = manifest_id, .generation = 1, .copy = copy});
    auto const edit = encode_edit(state.snapshot(), 0, place(manifest_id), sizeof header);
    std::string bytes(as_text(std::as_bytes(std::span(&header, 1))));
    return bytes.append(as_text(edit));
}

/// CURRENT and both copies of a manifest that says `state`.
template <class File>
[[nodiscard]] std::vector<frozen_file<File>> frozen_manifest(uuid const& log_id, uuid const& manifest_id,
                                                             manifest_state const& state) {
    std::vector<frozen_file<File>> made;
    made.push_back({.name = names::current, .content = encode_current(1)});
    for (unsigned copy = 0; copy < 2; ++copy) {
        made.push_back(
            {.name = names::manifest(1, copy), .content = encode_manifest(log_id, manifest_id, state, copy)});
    }
    for (auto& each : made) {
        each.size = each.content.size();
    }
    return made;
}

} // namespace mkdb::log
