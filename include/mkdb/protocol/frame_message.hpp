#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/parse.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

/// A frame read as a message; when that fails, what could be saved of it.
struct frame_message {
    boost::json::object fields;
    /// Why the frame is refused. With an `id`, only the request is; without one, the frame is no message at all.
    std::optional<error> refusal;
    std::string refused_id_json;
};

namespace detail {

// A number too large or a value too deep is one client's mistake in one request: its other requests need not suffer. So
// the id is looked for by a parser that is lenient about just these.
[[nodiscard]] inline std::string salvage_id(std::string_view frame) {
    boost::json::parse_options lenient;
    lenient.max_depth = 2048;
    boost::json::error_code code;
    auto const value = boost::json::parse({frame.data(), frame.size()}, code, {}, lenient);
    auto const* const message = code ? nullptr : value.if_object();
    auto const* const id = message == nullptr ? nullptr : message->if_contains("id");
    return id != nullptr && id->is_string() ? document::to_json(*id) : std::string();
}

} // namespace detail

/// The envelope of a request adds one level to the document inside it.
[[nodiscard]] inline frame_message read_frame_message(std::string_view frame) {
    auto parsed = document::parse_object(frame, {limits::document_depth + 1});
    if (parsed) {
        return {*std::move(parsed), {}, {}};
    }
    return {{}, std::move(parsed).error(), detail::salvage_id(frame)};
}

} // namespace mkdb::protocol
