#include "config/reading.hpp"

#include <mkdb/core/assert.hpp>

namespace mkdb::server {

boost::json::value const& value_at(boost::json::object const& section, std::string_view path) {
    auto const dot = path.find('.');
    auto const* const found = section.if_contains(path.substr(0, dot));
    MKDB_ASSERT(found != nullptr);
    return dot == std::string_view::npos ? *found : value_at(found->get_object(), path.substr(dot + 1));
}

bool bool_at(boost::json::object const& section, std::string_view path) {
    return value_at(section, path).get_bool();
}

std::uint64_t integer_at(boost::json::object const& section, std::string_view path) {
    auto const& value = value_at(section, path);
    // An integral double such as 60.0 is an integer by value.
    return value.is_double() ? static_cast<std::uint64_t>(value.get_double()) : value.to_number<std::uint64_t>();
}

double number_at(boost::json::object const& section, std::string_view path) {
    return value_at(section, path).to_number<double>();
}

std::string string_at(boost::json::object const& section, std::string_view path) {
    return std::string(value_at(section, path).get_string());
}

std::vector<std::string> strings_at(boost::json::object const& section, std::string_view path) {
    std::vector<std::string> list;
    for (auto const& element : value_at(section, path).get_array()) {
        list.emplace_back(element.get_string());
    }
    return list;
}

boost::json::object& section_at(boost::json::object& document, std::string_view path) {
    auto const dot = path.find('.');
    auto& found = document[path.substr(0, dot)];
    if (!found.is_object()) {
        found = boost::json::object();
    }
    return dot == std::string_view::npos ? found.get_object() : section_at(found.get_object(), path.substr(dot + 1));
}

boost::json::object const& section_at(boost::json::object const& document, std::string_view path) {
    return value_at(document, path).get_object();
}

} // namespace mkdb::server
