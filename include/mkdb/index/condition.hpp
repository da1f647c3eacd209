#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::index {

/// What a condition asks of a field. The query language has more spellings than this has members.
enum class operation : std::uint8_t { eq, neq, gt, gte, lt, lte, in, nin, contains, exists };

[[nodiscard]] constexpr std::string_view to_string(operation op) noexcept {
    switch (op) {
    case operation::eq: return "eq";
    case operation::neq: return "neq";
    case operation::gt: return "gt";
    case operation::gte: return "gte";
    case operation::lt: return "lt";
    case operation::lte: return "lte";
    case operation::in: return "in";
    case operation::nin: return "nin";
    case operation::contains: return "contains";
    case operation::exists: return "exists";
    }
    return "unknown";
}

/// One condition on one field, checked and ready: the parser of queries makes it, indexes and records answer it.
///
/// What must hold: the operand of `gt`, `gte`, `lt`, `lte` is a number or a string; that of `in` and `nin` an array, in
/// the order of `document::compare` and without repetition; that of `exists` a bool. `terms` belongs to `contains`: the
/// distinct terms of the text, sorted; none when the text had only stop words.
struct condition {
    std::string field;
    operation op = operation::eq;
    boost::json::value operand;
    std::vector<std::string> terms;
};

} // namespace mkdb::index
