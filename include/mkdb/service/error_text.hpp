#pragma once

#include <mkdb/core/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Sentences that clients choose an exception class from: part of the protocol, never to be reworded.
namespace mkdb::service {

inline constexpr std::string_view store_required = "'store' is required";
inline constexpr std::string_view record_id_missing = "Missing 'record_id'";
inline constexpr std::string_view delta_not_object = "'delta' must be a JSON object";
inline constexpr std::string_view filter_not_object = "'filter' must be a JSON object";
inline constexpr std::string_view action_missing = "Missing 'action' field";
inline constexpr std::string_view write_not_negotiated = "Write access denied — reconnect with 'W' or 'RW' access";
inline constexpr std::string_view read_not_negotiated = "Read access denied — reconnect with 'R' or 'RW' access";
inline constexpr std::string_view auth_store = "__auth__";

namespace detail {

[[nodiscard]] inline std::string quoted(std::string_view before, std::string_view name, std::string_view after) {
    std::string text;
    text.reserve(before.size() + name.size() + after.size());
    return text.append(before).append(name).append(after);
}

// Engines phrase their errors freely; on the wire the kind must be recognizable.
[[nodiscard]] inline std::string with_prefix(std::string_view prefix, std::string text) {
    return text.starts_with(prefix) ? std::move(text) : std::string(prefix) + text;
}

} // namespace detail

[[nodiscard]] inline error store_not_found(std::string_view store) {
    return fail(errc::store_not_found, detail::quoted("Store '", store, "' not found"));
}

[[nodiscard]] inline error record_not_found(std::string_view id, std::string_view store) {
    return fail(errc::not_found,
                detail::quoted("Record '", id, "' not found in store '") + detail::quoted("", store, "'"));
}

[[nodiscard]] inline error unknown_action(std::string_view name) {
    return fail(errc::invalid_argument, detail::quoted("Unknown action: '", name, "'"));
}

[[nodiscard]] inline error response_too_large(std::size_t bytes, std::size_t limit) {
    return fail(errc::limit_exceeded, "Response too large (" + std::to_string(bytes) + " bytes > " +
                                          std::to_string(limit) +
                                          " byte limit). Use hydrate=False or apply more specific filters.");
}

/// An engine's error about record `id` of `store`, in the words of the protocol.
[[nodiscard]] inline error in_protocol_words(error failure, std::string_view id, std::string_view store) {
    switch (failure.code) {
    case errc::not_found: return record_not_found(id, store);
    case errc::store_not_found: return store_not_found(store);
    case errc::revision_conflict:
        failure.message = detail::with_prefix("Revision conflict: ", std::move(failure.message));
        return failure;
    case errc::query_syntax:
        failure.message = detail::with_prefix("Query syntax error: ", std::move(failure.message));
        return failure;
    default: return failure;
    }
}

} // namespace mkdb::service
