#pragma once

#include <mkdb/core/result.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::service {

/// What a caller can ask of a data plane, whichever transport it comes by.
enum class action { ping, list_stores, read, write, erase, batch, query, explain, generate_id };

[[nodiscard]] constexpr std::optional<action> action_named(std::string_view name) noexcept {
    if (name == "read") {
        return action::read;
    }
    if (name == "write") {
        return action::write;
    }
    if (name == "query") {
        return action::query;
    }
    if (name == "explain") {
        return action::explain;
    }
    if (name == "delete") {
        return action::erase;
    }
    if (name == "batch") {
        return action::batch;
    }
    if (name == "ping") {
        return action::ping;
    }
    if (name == "list_stores") {
        return action::list_stores;
    }
    if (name == "generate_id") {
        return action::generate_id;
    }
    return std::nullopt;
}

[[nodiscard]] constexpr std::string_view to_string(action what) noexcept {
    switch (what) {
    case action::ping: return "ping";
    case action::list_stores: return "list_stores";
    case action::read: return "read";
    case action::write: return "write";
    case action::erase: return "delete";
    case action::batch: return "batch";
    case action::query: return "query";
    case action::explain: return "explain";
    case action::generate_id: return "generate_id";
    }
    return "unknown";
}

/// An action with its arguments under the names of the protocol. Members that the action does not know are ignored.
struct request {
    action what = action::ping;
    boost::json::object fields;
};

/// What came of a request: JSON text ready to be sent, and the revision for the actions that have one.
struct answer {
    result<std::string> data;
    std::optional<std::uint64_t> revision;
};

/// Called exactly once, on the calling thread before `handle` returns, or later on any other.
using answer_handler = std::function<void(answer)>;

} // namespace mkdb::service
