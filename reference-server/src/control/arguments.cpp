#include "control/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::server {

result<std::string> text_argument(boost::json::object const& arguments, std::string_view name) {
    MKDB_TRY_ASSIGN(auto text, optional_text(arguments, name));
    if (!text || text->empty()) {
        return fail(errc::invalid_argument, fmt::format("'{}' is required", name));
    }
    return *std::move(text);
}

result<std::optional<std::string>> optional_text(boost::json::object const& arguments, std::string_view name) {
    auto const* const found = arguments.if_contains(name);
    if (found == nullptr || found->is_null()) {
        return std::optional<std::string>();
    }
    if (!found->is_string()) {
        return fail(errc::invalid_argument, fmt::format("'{}' must be a string", name));
    }
    return std::optional(std::string(found->get_string()));
}

result<bool> flag_argument(boost::json::object const& arguments, std::string_view name, bool fallback) {
    auto const* const found = arguments.if_contains(name);
    if (found == nullptr || found->is_null()) {
        return fallback;
    }
    if (!found->is_bool()) {
        return fail(errc::invalid_argument, fmt::format("'{}' must be true or false", name));
    }
    return found->get_bool();
}

result<std::uint64_t> count_argument(boost::json::object const& arguments, std::string_view name,
                                     std::uint64_t fallback, std::uint64_t minimum, std::uint64_t maximum) {
    auto const* const found = arguments.if_contains(name);
    if (found == nullptr || found->is_null()) {
        return fallback;
    }
    boost::system::error_code failure;
    auto const count = found->is_number() ? found->to_number<std::uint64_t>(failure) : 0;
    if (!found->is_number() || failure || count < minimum || count > maximum) {
        return fail(errc::invalid_argument,
                    fmt::format("'{}' must be an integer from {} to {}", name, minimum, maximum));
    }
    return count;
}

boost::json::object arguments_besides(boost::json::object const& arguments,
                                      std::initializer_list<std::string_view> names) {
    boost::json::object rest;
    for (auto const& [name, value] : arguments) {
        if (std::ranges::find(names, std::string_view(name)) == names.end()) {
            rest[name] = value;
        }
    }
    return rest;
}

} // namespace mkdb::server
