#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/log/place.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

// Byte by byte in docs/formats/record.md.
namespace mkdb::log {

inline constexpr std::uint64_t alignment = 8;

/// One version of a record, as views into bytes that somebody else keeps.
struct record {
    std::uint8_t kind = 0;
    std::uint64_t sequence = 0;
    std::uint64_t created = 0;
    std::string_view key;
    std::string_view value;
};

/// The kinds that the log itself knows: it counts deletions, and a redo record that is damaged takes nothing with it.
inline constexpr std::uint8_t tombstone_kind = 2;
inline constexpr std::uint8_t redo_kind = 3;

/// What a record begins with. Key, value, checksum and zeros to the next multiple of eight follow.
struct record_header {
    std::uint32_t header_crc = 0; ///< Of the rest of the header and the key: names what damage to the value took.
    std::uint32_t length = 0;     ///< Of the whole record with its padding.
    std::uint64_t sequence = 0;
    std::uint64_t created = 0;
    std::uint8_t kind = 0;
    std::uint8_t flags = 0; ///< Zero in version 1.
    std::uint16_t key_length = 0;
    std::uint32_t value_length = 0;
};
static_assert(sizeof(record_header) == 32 && std::is_trivially_copyable_v<record_header>);

inline constexpr std::size_t largest_key = std::numeric_limits<std::uint16_t>::max();
inline constexpr std::size_t smallest_record = 40;

/// Bytes that a record takes in the log.
[[nodiscard]] constexpr std::uint64_t record_size(std::uint64_t key_length, std::uint64_t value_length) noexcept {
    return align_up(sizeof(record_header) + key_length + value_length + sizeof(std::uint32_t), alignment);
}

/// Writes `from` to `to`, which has room for `record_size`, as the record that lies at `offset` of the file.
inline std::uint32_t encode_record(std::byte* to, record const& from, place const& where,
                                   std::uint64_t offset) noexcept {
    record_header header{.length = static_cast<std::uint32_t>(record_size(from.key.size(), from.value.size())),
                         .sequence = from.sequence,
                         .created = from.created,
                         .kind = from.kind,
                         .key_length = static_cast<std::uint16_t>(from.key.size()),
                         .value_length = static_cast<std::uint32_t>(from.value.size())};
    // The last eight bytes hold the padding, whatever its length; the rest overwrites what is not padding.
    store_at(to + header.length - alignment, std::uint64_t{0});
    store_at(to, header);
    auto* at = copy_bytes(to + sizeof header, as_bytes(from.key));
    auto const seed = where.seed(offset);
    header.header_crc = crc32c({to + sizeof header.header_crc, at}, seed);
    store_at(to, header.header_crc);
    at = copy_bytes(at, as_bytes(from.value));
    store_at(at, crc32c({to, at}, seed));
    return header.length;
}

/// How far a record's checksums can be believed.
enum class record_state {
    whole,
    value_damaged, ///< Header and key are as written, the value is not.
    unreadable,
};

struct decoded_record {
    record_state state = record_state::unreadable;
    std::uint32_t length = 0; ///< Zero when unreadable.
    record content;
};

namespace detail {

/// The record at the start of `bytes` by its lengths alone; nothing if they do not fit each other or the bytes.
[[nodiscard]] inline std::optional<decoded_record> lay_out_record(std::span<std::byte const> bytes) noexcept {
    if (bytes.size() < smallest_record) {
        return std::nullopt;
    }
    auto const header = load<record_header>(bytes.data());
    if (header.length != record_size(header.key_length, header.value_length) ||
        sizeof header + header.key_length > bytes.size()) {
        return std::nullopt;
    }
    auto const text = as_text(bytes.subspan(sizeof header));
    decoded_record found{record_state::value_damaged, header.length, {}};
    found.content = {header.kind, header.sequence, header.created, text.substr(0, header.key_length), {}};
    if (header.length <= bytes.size()) {
        found.content.value = text.substr(header.key_length, header.value_length);
    }
    return found;
}

} // namespace detail

/// Checks and reads the record at `offset`, which begins `bytes`; they may end inside it.
[[nodiscard]] inline decoded_record decode_record(std::span<std::byte const> bytes, place const& where,
                                                  std::uint64_t offset) noexcept {
    auto found = detail::lay_out_record(bytes);
    if (!found) {
        return {};
    }
    auto const seed = where.seed(offset);
    auto const key_end = sizeof(record_header) + found->content.key.size();
    if (crc32c(bytes.first(key_end).subspan(sizeof(std::uint32_t)), seed) != load<std::uint32_t>(bytes.data())) {
        return {};
    }
    auto const crc_at = key_end + load<record_header>(bytes.data()).value_length;
    if (found->length <= bytes.size() &&
        crc32c(bytes.first(crc_at), seed) == load<std::uint32_t>(bytes.data() + crc_at)) {
        found->state = record_state::whole;
    }
    return *found;
}

} // namespace mkdb::log
