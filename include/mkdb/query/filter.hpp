#pragma once

#include <mkdb/index/condition.hpp>

#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

namespace mkdb::query {

using index::condition;
using index::operation;

struct filter;

/// Holds when every part does: without parts, always.
struct all_of {
    std::vector<filter> parts;
};

/// Holds when some part does: without parts, never.
struct any_of {
    std::vector<filter> parts;
};

/// Holds when no part does: without parts, always.
struct none_of {
    std::vector<filter> parts;
};

/// A condition on the record's id, whose value is a string. `eq` and `in` are the fast path.
struct id_condition {
    condition on_id;
};

/// What a record must be, as a tree of values. `filter{}` holds for every record.
struct filter {
    std::variant<all_of, any_of, none_of, condition, id_condition> node;
};

/// Whether some condition is on a field of the record, so that not the id alone decides.
[[nodiscard]] inline bool asks_for_fields(filter const& asked) {
    return std::visit(
        [](auto const& node) {
            if constexpr (requires { node.parts; }) {
                return std::ranges::any_of(node.parts, asks_for_fields);
            } else {
                return std::is_same_v<std::remove_cvref_t<decltype(node)>, condition>;
            }
        },
        asked.node);
}

} // namespace mkdb::query
