#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Reads values out of a configuration that passed its checks and was filled: every path below exists with its type.
namespace mkdb::server {

[[nodiscard]] boost::json::value const& value_at(boost::json::object const& section, std::string_view path);
[[nodiscard]] bool bool_at(boost::json::object const& section, std::string_view path);
[[nodiscard]] std::uint64_t integer_at(boost::json::object const& section, std::string_view path);
[[nodiscard]] double number_at(boost::json::object const& section, std::string_view path);
[[nodiscard]] std::string string_at(boost::json::object const& section, std::string_view path);
[[nodiscard]] std::vector<std::string> strings_at(boost::json::object const& section, std::string_view path);

/// The section of that path, for changing it. Precondition: it exists, or its parents do and it may be made.
[[nodiscard]] boost::json::object& section_at(boost::json::object& document, std::string_view path);
[[nodiscard]] boost::json::object const& section_at(boost::json::object const& document, std::string_view path);

} // namespace mkdb::server
