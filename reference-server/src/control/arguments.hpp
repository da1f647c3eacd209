#pragma once

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// Arguments of an action: present with the right type, or a sentence that names them.
namespace mkdb::server {

[[nodiscard]] result<std::string> text_argument(boost::json::object const& arguments, std::string_view name);
[[nodiscard]] result<std::optional<std::string>> optional_text(boost::json::object const& arguments,
                                                               std::string_view name);
[[nodiscard]] result<bool> flag_argument(boost::json::object const& arguments, std::string_view name, bool fallback);
[[nodiscard]] result<std::uint64_t> count_argument(boost::json::object const& arguments, std::string_view name,
                                                   std::uint64_t fallback, std::uint64_t minimum,
                                                   std::uint64_t maximum);

/// The members of `arguments` that are not among `names`.
[[nodiscard]] boost::json::object arguments_besides(boost::json::object const& arguments,
                                                    std::initializer_list<std::string_view> names);

} // namespace mkdb::server
