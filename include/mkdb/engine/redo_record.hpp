#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/storage/concept.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Byte by byte in docs/formats/record.md.
namespace mkdb::engine {

/// A version that a commit over several partitions writes to another log than the one which holds the redo record.
struct redo_part {
    std::uint32_t partition = 0;
    storage::log_record version;
};

/// The value of a redo record.
[[nodiscard]] inline std::string encode_redo(std::span<redo_part const> parts) {
    byte_writer to;
    to.put(static_cast<std::uint32_t>(parts.size()));
    for (auto const& [partition, version] : parts) {
        to.put(partition);
        to.put(static_cast<std::uint8_t>(version.kind));
        to.put(version.sequence);
        to.put(version.created);
        to.put_text(version.id);
        to.put_text(version.value);
    }
    return std::move(to).take();
}

/// The parts of a redo record, as views into `value`; none when that is no such value.
[[nodiscard]] inline std::optional<std::vector<redo_part>> decode_redo(std::string_view value) {
    byte_reader from(value);
    std::vector<redo_part> parts;
    for (auto left = from.get<std::uint32_t>(); left > 0 && from.sound(); --left) {
        auto& part = parts.emplace_back();
        part.partition = from.get<std::uint32_t>();
        part.version.kind = static_cast<storage::record_kind>(from.get<std::uint8_t>());
        part.version.sequence = from.get<std::uint64_t>();
        part.version.created = from.get<std::uint64_t>();
        part.version.id = from.text();
        part.version.value = from.text();
    }
    return from.at_end() ? std::optional(std::move(parts)) : std::nullopt;
}

} // namespace mkdb::engine
