#include "config/json_text.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/parse_options.hpp>
#include <boost/json/stream_parser.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace mkdb::server {
namespace {

void indent(std::string& out, std::size_t depth) {
    out.append(2 * depth, ' ');
}

void write_pretty(std::string& out, boost::json::value const& value, std::size_t depth);

void write_members(std::string& out, boost::json::object const& object, std::size_t depth) {
    out += "{\n";
    bool first = true;
    for (auto const& [name, member] : object) {
        out += first ? "" : ",\n";
        first = false;
        indent(out, depth + 1);
        document::append_json_string(out, name);
        out += ": ";
        write_pretty(out, member, depth + 1);
    }
    out += '\n';
    indent(out, depth);
    out += '}';
}

void write_pretty(std::string& out, boost::json::value const& value, std::size_t depth) {
    if (auto const* const object = value.if_object(); object != nullptr && !object->empty()) {
        write_members(out, *object, depth);
    } else {
        document::append_json(out, value);
    }
}

/// Where a parser stops that goes as deep as ours: people look for a line, not for an offset.
std::size_t first_bad_byte(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = document::parse_limits().depth;
    boost::json::stream_parser parser({}, options);
    boost::system::error_code failure;
    auto const consumed = parser.write_some(text.data(), text.size(), failure);
    auto const rest = failure ? consumed : text.find_first_not_of(" \t\r\n", consumed);
    return std::min(rest, text.size());
}

error located(std::string_view text, std::string const& shown_as, std::string const& reason) {
    auto const offset = first_bad_byte(text);
    auto const before = text.substr(0, offset);
    auto const line = std::ranges::count(before, '\n') + 1;
    auto const line_start = before.rfind('\n');
    auto const column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
    return fail(errc::corrupt_file,
                fmt::format("{} is damaged at line {}, column {}: {}", shown_as, line, column, reason));
}

} // namespace

std::string pretty_json(boost::json::value const& value) {
    std::string out;
    write_pretty(out, value, 0);
    out += '\n';
    return out;
}

result<boost::json::object> parse_config_text(std::string_view text, std::string const& shown_as) {
    auto parsed = document::parse_object(text);
    if (!parsed) {
        return located(text, shown_as, parsed.error().message);
    }
    return parsed;
}

} // namespace mkdb::server
