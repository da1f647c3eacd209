#pragma once

#include <mkdb/core/checksum.hpp>
#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/file/whole_file.hpp>

#include <boost/json/object.hpp>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace mkdb {

/// What is fixed when a store is made: kept in its file STORE and checked on every opening.
struct store_identity {
    static constexpr std::int64_t format_version = 1;

    std::uint32_t partitions = 1;
    std::string storage_format; ///< `format_name` of the storage policy.
};

namespace detail {

inline constexpr std::string_view identity_checksum_mark = "\ncrc32c ";

[[nodiscard]] inline std::string identity_checksum(std::string_view text) {
    char hex[8];
    auto const end = std::to_chars(hex, hex + sizeof hex, crc32c(as_bytes(text)), 16).ptr;
    return std::string(sizeof hex - static_cast<std::size_t>(end - hex), '0') + std::string(hex, end);
}

} // namespace detail

/// One line of JSON, one line with its checksum.
[[nodiscard]] inline std::string format_identity(store_identity const& identity) {
    auto const text = document::to_json(boost::json::object{{"format", "mkdb-store"},
                                                            {"version", store_identity::format_version},
                                                            {"partitions", identity.partitions},
                                                            {"storage", identity.storage_format}});
    return text + std::string(detail::identity_checksum_mark) + detail::identity_checksum(text) + "\n";
}

/// Errors: `corrupt_file`, `format_newer`.
[[nodiscard]] inline result<store_identity> parse_identity(std::string_view content) {
    auto const damaged = [] { return fail(errc::corrupt_file, "is damaged: its checksum does not fit"); };
    auto const mark = content.find(detail::identity_checksum_mark);
    if (mark == std::string_view::npos) {
        return damaged();
    }
    auto const text = content.substr(0, mark);
    if (content.substr(mark) != std::string(detail::identity_checksum_mark) + detail::identity_checksum(text) + "\n") {
        return damaged();
    }
    MKDB_TRY_ASSIGN(auto const fields, document::parse_object(text));
    auto const* version = fields.if_contains("version");
    auto const* partitions = fields.if_contains("partitions");
    auto const* storage = fields.if_contains("storage");
    if (version != nullptr && version->is_int64() && version->get_int64() > store_identity::format_version) {
        return fail(errc::format_newer, "was written by a newer version of MkDB");
    }
    if (partitions == nullptr || !partitions->is_int64() || partitions->get_int64() < 1 ||
        partitions->get_int64() > static_cast<std::int64_t>(limits::partitions) || storage == nullptr ||
        !storage->is_string()) {
        return fail(errc::corrupt_file, "lacks what a store's identity must have");
    }
    return store_identity{static_cast<std::uint32_t>(partitions->get_int64()), std::string(storage->get_string())};
}

template <class Files>
[[nodiscard]] result<store_identity> load_identity(Files& files, std::filesystem::path const& store_directory) {
    auto const path = store_directory / "STORE";
    MKDB_TRY_ASSIGN(auto const content, file::read_whole(files, path));
    auto identity = parse_identity(content);
    if (!identity) {
        return fail(identity.error().code, path.string() + " " + identity.error().message);
    }
    return identity;
}

} // namespace mkdb
