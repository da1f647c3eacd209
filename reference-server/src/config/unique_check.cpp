#include "config/unique_check.hpp"

namespace mkdb::server {
namespace {

/// Null for null, and for what has no such member or another one.
boost::json::object const* object_in(boost::json::object const* section, std::string_view name) {
    auto const* const member = section == nullptr ? nullptr : section->if_contains(name);
    return member == nullptr ? nullptr : member->if_object();
}

bool is_unindexed_unique(boost::json::object const& described) {
    auto const* const unique = described.if_contains("unique");
    auto const* const queryable = described.if_contains("queryable");
    return unique != nullptr && *unique == true && (queryable == nullptr || *queryable != "exact");
}

} // namespace

std::vector<config_problem> check_unique_fields(boost::json::object const& section, std::string const& shown_as) {
    std::vector<config_problem> problems;
    auto const* const fields = object_in(object_in(&section, "schema_config"), "fields");
    if (fields == nullptr) {
        return problems;
    }
    for (auto const& entry : *fields) {
        std::string const name(entry.key());
        auto const* const described = object_in(fields, name);
        if (described != nullptr && is_unindexed_unique(*described)) {
            problems.push_back(
                {shown_as + ".schema_config.fields." + name + ".unique", "true", "\"exact\" as queryable beside it"});
        }
    }
    return problems;
}

} // namespace mkdb::server
