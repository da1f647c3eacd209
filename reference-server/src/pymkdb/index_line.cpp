#include "pymkdb/index_line.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace mkdb::pymkdb {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view digits) {
    Number number = 0;
    auto const [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    bool const whole = failure == std::errc() && end == digits.data() + digits.size() && !digits.empty();
    return whole ? std::optional(number) : std::nullopt;
}

error damaged(std::string_view why) {
    return fail(errc::corrupt_file, fmt::format("not id:segment:offset:size: {}", why));
}

/// Takes what follows the last colon off `text`.
std::optional<std::string_view> cut_last(std::string_view& text) {
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    auto const last = text.substr(colon + 1);
    text = text.substr(0, colon);
    return last;
}

constexpr std::string_view blob_mark = ":blobs/";

/// Where `blobs/` begins: at the file that belongs to the id before it, since id and file may both hold colons.
std::size_t find_own_blob(std::string_view text) {
    for (auto at = text.find(blob_mark); at != std::string_view::npos; at = text.find(blob_mark, at + 1)) {
        if (text.substr(at + blob_mark.size()) == blob_name(text.substr(0, at))) {
            return at;
        }
    }
    return std::string_view::npos;
}

void replace_all(std::string& text, std::string_view from, char to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
        text.replace(at, from.size(), 1, to);
    }
}

result<> cut_blob(std::string_view& text, std::size_t at, source_place& where) {
    where.blob = text.substr(at + 1);
    text = text.substr(0, at);
    auto const name = std::string_view(where.blob).substr(blob_mark.size() - 1);
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos) {
        return damaged(fmt::format("'{}' is no file below blobs/", where.blob));
    }
    return {};
}

/// Takes the segment off `text`, so that the id is left.
result<> cut_segment(std::string_view& text, source_place& where) {
    if (auto const own = find_own_blob(text); own != std::string_view::npos) {
        return cut_blob(text, own, where);
    }
    auto rest = text;
    auto const digits = cut_last(rest);
    auto const segment = digits ? parse_number<std::uint32_t>(*digits) : std::nullopt;
    if (segment && *segment != 0) {
        text = rest;
        where.segment = *segment;
        return {};
    }
    if (auto const blob = text.rfind(blob_mark); blob != std::string_view::npos) {
        return cut_blob(text, blob, where);
    }
    return damaged("the segment is neither a number from 1 up nor a file below blobs/");
}

} // namespace

std::string blob_name(std::string_view id) {
    std::string name(id);
    replace_all(name, "/", '_');
    replace_all(name, "\\", '_');
    replace_all(name, "..", '_');
    return name + ".dat";
}

result<index_line> parse_index_line(std::string_view text) {
    index_line line;
    line.deleted = text.starts_with('!');
    text.remove_prefix(line.deleted ? 1 : 0);
    auto const size = cut_last(text);
    auto const offset = size ? cut_last(text) : std::nullopt;
    if (!offset) {
        return damaged("it has fewer than three colons");
    }
    auto const size_number = parse_number<std::uint64_t>(*size);
    auto const offset_number = parse_number<std::uint64_t>(*offset);
    if (!size_number || !offset_number) {
        return damaged("offset and size are not two numbers");
    }
    line.where.size = *size_number;
    line.where.offset = *offset_number;
    MKDB_TRY(cut_segment(text, line.where));
    if (text.empty()) {
        return damaged("the id is empty");
    }
    line.id = text;
    return line;
}

} // namespace mkdb::pymkdb
