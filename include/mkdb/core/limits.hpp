#pragma once

#include <cstddef>
#include <cstdint>

/// Limits that the formats and protocols fix. What an operator may change lives in the options.
namespace mkdb::limits {

inline constexpr std::size_t id_bytes = 256;
inline constexpr std::size_t store_name_bytes = 64;
inline constexpr std::size_t document_depth = 64;
inline constexpr std::size_t message_depth = document_depth + 3; ///< A batch holds a list of objects with documents.
inline constexpr std::size_t object_members = 100000;            ///< Of each object in what a client sends.
inline constexpr std::size_t document_bytes = std::size_t{9} * 1024 * 1024; ///< Leaves room for the frame around it.
inline constexpr std::size_t batch_operations = 100000;
inline constexpr std::size_t batch_bytes = std::size_t{64} * 1024 * 1024; ///< Of what each write of a batch leaves.
inline constexpr std::size_t frame_bytes = std::size_t{10} * 1024 * 1024;
inline constexpr std::size_t frame_bytes_before_login = 4096;
inline constexpr std::size_t partitions = 256;
inline constexpr std::size_t query_recursion = 64;
inline constexpr std::size_t discovered_fields = 1000;     ///< In a schema with so many nothing is discovered any more.
inline constexpr std::size_t discovered_field_bytes = 256; ///< Longer names stay out of the schema.
inline constexpr std::size_t json_schema_bytes = std::size_t{64} * 1024;
/// Leaves room for what config.json, a request and an answer have around it.
inline constexpr std::size_t json_schema_depth = document_depth - 8;
inline constexpr std::size_t json_schema_nodes = 4096;   ///< Schemas in a JSON Schema, itself and definitions counted.
inline constexpr std::size_t json_schema_patterns = 100; ///< Each may take `document::pattern::memory_limit`.
inline constexpr std::size_t json_schema_steps = 4096;   ///< Schemas that look at a value because one of them does.
inline constexpr std::size_t json_schema_levels = 32;    ///< Of them, inside each other.
/// Schemas that look at one and the same value. 64 KiB have room for some 2,500 references, each of which may lead to
/// 25 schemas; it is rare that one leads to ten.
inline constexpr std::size_t json_schema_looks = 16 * json_schema_steps;
/// What schemas to which several lead remember of one record. A bucket takes 20 bytes, there are two for each, and half
/// as many again while the table grows.
inline constexpr std::size_t json_schema_verdicts = std::size_t{1} << 20U;

} // namespace mkdb::limits
