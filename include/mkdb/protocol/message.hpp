#pragma once

#include <mkdb/core/error.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/service/action_handler.hpp>
#include <mkdb/service/error_text.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// The messages that the socket plane sends, as JSON text. An id is passed on as the JSON text it came as.
namespace mkdb::protocol {

inline constexpr std::string_view ping_message = R"({"type":"ping"})";
inline constexpr std::string_view disconnect_message = R"({"type":"disconnect"})";

[[nodiscard]] inline std::string error_message(std::string_view text) {
    std::string out = R"({"type":"error","error":)";
    document::append_json_string(out, text);
    out += '}';
    return out;
}

[[nodiscard]] inline std::string frame_too_large_message(std::uint64_t bytes, std::uint64_t limit) {
    return error_message("Frame too large: " + std::to_string(bytes) + " bytes (max " + std::to_string(limit) + ")");
}

[[nodiscard]] inline std::string store_message(std::string_view type, std::string_view store) {
    std::string out = R"({"type":")";
    out.append(type).append(R"(","store":)");
    document::append_json_string(out, store);
    out += '}';
    return out;
}

inline void append_receipt(std::string& out, std::string_view id_json) {
    out.append(R"({"type":"receipt","id":)").append(id_json).append("}");
}

inline void append_response(std::string& out, std::string_view id_json, service::answer const& answered) {
    out.append(R"({"type":"response","id":)").append(id_json);
    if (answered.data) {
        out.append(R"(,"status":"ok","data":)").append(*answered.data).append(R"(,"error":null)");
    } else {
        out += R"(,"status":"error","data":null,"error":)";
        document::append_json_string(out, answered.data.error().message);
    }
    if (answered.revision) {
        out.append(R"(,"revision":)").append(std::to_string(*answered.revision));
    }
    out += '}';
}

inline void append_update(std::string& out, std::string_view store, service::update const& changed) {
    out += R"({"type":"update","store":)";
    document::append_json_string(out, store);
    out += R"(,"record_id":)";
    document::append_json_string(out, changed.record_id);
    out.append(changed.erased ? R"(,"op":"delete","sequence":)" : R"(,"op":"write","sequence":)");
    out.append(std::to_string(changed.sequence)).append("}");
}

} // namespace mkdb::protocol
