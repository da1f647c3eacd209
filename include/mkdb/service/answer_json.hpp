#pragma once

#include <mkdb/document/write.hpp>
#include <mkdb/engine/record.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The JSON of answers. Records are spliced in as the text that is stored: nothing is parsed or printed again.
namespace mkdb::service {

/// Appends a record with `_id`, and on request `_rev`, in front of its fields.
inline void append_record(std::string& out, record const& stored, bool with_revision) {
    out += R"({"_id":)";
    document::append_json_string(out, stored.id);
    if (with_revision) {
        out += R"(,"_rev":)";
        out += std::to_string(stored.revision);
    }
    std::string_view const fields(stored.json);
    if (fields == "{}") {
        out += '}';
        return;
    }
    out += ',';
    out += fields.substr(1);
}

[[nodiscard]] inline std::string record_json(record const& stored, bool with_revision) {
    std::string out;
    out.reserve(stored.json.size() + stored.id.size() + 64);
    append_record(out, stored, with_revision);
    return out;
}

[[nodiscard]] inline std::string record_id_json(std::string_view id) {
    std::string out = R"({"record_id":)";
    document::append_json_string(out, id);
    out += '}';
    return out;
}

/// The ids of a batch's records, in the order of its operations, and their revisions; 0 for a deleted one.
[[nodiscard]] inline std::string batch_json(std::span<write_outcome const> outcomes) {
    std::string ids;
    std::string revisions;
    for (auto const& each : outcomes) {
        ids += ids.empty() ? "" : ",";
        document::append_json_string(ids, each.id);
        revisions += (revisions.empty() ? "" : ",") + std::to_string(each.revision);
    }
    return R"({"record_ids":[)" + ids + R"(],"revisions":[)" + revisions + "]}";
}

/// A lower bound of what a page of records takes, known before any of it is built.
[[nodiscard]] inline std::size_t records_size(std::span<record const> records) {
    std::size_t bytes = 0;
    for (auto const& each : records) {
        bytes += each.json.size() + each.id.size() + sizeof(R"({"_id":""},)") - 1;
    }
    return bytes;
}

inline void append_ids(std::string& out, std::span<std::string const> ids) {
    out += R"(,"ids":[)";
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i != 0) {
            out += ',';
        }
        document::append_json_string(out, ids[i]);
    }
    out += ']';
}

inline void append_records(std::string& out, std::span<record const> records, bool with_revision) {
    out += R"(,"records":[)";
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i != 0) {
            out += ',';
        }
        append_record(out, records[i], with_revision);
    }
    out += ']';
}

/// Milliseconds with three digits after the point, as JSON.
inline void append_duration_ms(std::string& out, std::chrono::nanoseconds duration) {
    char text[32];
    auto const ms = std::chrono::duration<double, std::milli>(duration).count();
    auto const end = std::to_chars(text, text + sizeof text, ms, std::chars_format::fixed, 3).ptr;
    out += R"(,"duration_ms":)";
    out.append(text, end);
}

} // namespace mkdb::service
