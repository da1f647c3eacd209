#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/atomic_batch.hpp>
#include <mkdb/engine/record.hpp>
#include <mkdb/service/arguments.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <utility>
#include <vector>

namespace mkdb::service {

namespace detail {

[[nodiscard]] inline result<batch_operation> operation_argument(boost::json::value& asked) {
    auto* const fields = asked.if_object();
    if (fields == nullptr) {
        return fail(errc::invalid_argument, "an operation must be a JSON object");
    }
    if (fields->contains("durability")) {
        return fail(errc::invalid_argument, "an operation of a batch has no 'durability': a batch is always synced");
    }
    MKDB_TRY_ASSIGN(auto const op, text_argument(*fields, "op"));
    if (op == "write") {
        MKDB_TRY_ASSIGN(auto write, write_arguments(*fields));
        return batch_operation(std::move(write));
    }
    if (op == "delete") {
        MKDB_TRY_ASSIGN(auto erase, erase_arguments(*fields));
        return batch_operation(std::move(erase));
    }
    return fail(errc::invalid_argument, R"('op' must be "write" or "delete")");
}

} // namespace detail

/// The operations of a batch; an error tells the position of the one that is wrong, counted from 0.
[[nodiscard]] inline result<std::vector<batch_operation>> batch_arguments(boost::json::object& fields) {
    auto* const asked = fields.if_contains("operations");
    auto* const list = asked != nullptr ? asked->if_array() : nullptr;
    if (list == nullptr) {
        return fail(errc::invalid_argument, "'operations' must be a list");
    }
    if (list->size() > limits::batch_operations) {
        return fail(errc::limit_exceeded, "A batch of " + std::to_string(list->size()) + " operations; the limit is " +
                                              std::to_string(limits::batch_operations));
    }
    std::vector<batch_operation> operations;
    operations.reserve(list->size());
    for (auto& each : *list) {
        auto one = detail::operation_argument(each);
        if (!one) {
            return engine::at_position(operations.size(), std::move(one).error());
        }
        operations.push_back(std::move(*one));
    }
    return operations;
}

} // namespace mkdb::service
