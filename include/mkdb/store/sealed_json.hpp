#pragma once

#include <mkdb/core/checksum.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/file/whole_file.hpp>

#include <boost/json/object.hpp>

#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>

/// Small files that say what something is: one line of JSON, one line with its checksum.
namespace mkdb::sealed_json {

namespace detail {

inline constexpr std::string_view checksum_mark = "\ncrc32c ";

[[nodiscard]] inline std::string checksum_text(std::string_view text) {
    char hex[8];
    auto const end = std::to_chars(hex, hex + sizeof hex, crc32c(as_bytes(text)), 16).ptr;
    return std::string(sizeof hex - static_cast<std::size_t>(end - hex), '0') + std::string(hex, end);
}

} // namespace detail

[[nodiscard]] inline std::string format(boost::json::object const& fields) {
    auto const text = document::to_json(fields);
    return text + std::string(detail::checksum_mark) + detail::checksum_text(text) + "\n";
}

/// Errors: `corrupt_file`, whose message goes on after the file's name.
[[nodiscard]] inline result<boost::json::object> parse(std::string_view content) {
    auto const mark = content.find(detail::checksum_mark);
    auto const text = content.substr(0, mark);
    if (mark == std::string_view::npos ||
        content.substr(mark) != std::string(detail::checksum_mark) + detail::checksum_text(text) + "\n") {
        return fail(errc::corrupt_file, "is damaged: its checksum does not fit");
    }
    return document::parse_object(text);
}

/// Reads the file and what `understand(object)` makes of it; errors name the file.
template <class Files, class Understand>
[[nodiscard]] auto load(Files& files, std::filesystem::path const& path, Understand&& understand)
    -> decltype(understand(boost::json::object())) {
    MKDB_TRY_ASSIGN(auto const content, file::read_whole(files, path));
    auto const fields = parse(content);
    auto understood = fields ? understand(*fields) : decltype(understand(boost::json::object()))(fields.error());
    if (!understood) {
        return fail(understood.error().code, path.string() + " " + understood.error().message);
    }
    return understood;
}

} // namespace mkdb::sealed_json
