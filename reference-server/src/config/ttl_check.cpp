#include "config/ttl_check.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <string_view>

namespace mkdb::server {
namespace {

bool has_numeric_index(boost::json::object const& section, std::string_view field) {
    auto const* member = section.if_contains("schema_config");
    for (auto const name : std::array<std::string_view, 3>{"fields", field, "queryable"}) {
        auto const* const object = member == nullptr ? nullptr : member->if_object();
        member = object == nullptr ? nullptr : object->if_contains(name);
    }
    return member != nullptr && *member == "numeric";
}

} // namespace

std::vector<config_problem> check_ttl_field(boost::json::object const& section, std::string const& shown_as) {
    auto const* const named = section.if_contains("ttl_field");
    auto const* const field = named == nullptr ? nullptr : named->if_string();
    if (field == nullptr || field->empty() || has_numeric_index(section, *field)) {
        return {}; // What is no string is told by the check of its value.
    }
    return {{shown_as + ".ttl_field", boost::json::serialize(*named),
             "a field with \"numeric\" as queryable in schema_config.fields"}};
}

} // namespace mkdb::server
