#pragma once

#include "cli/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The commands that are one call to a server.
namespace mkdb::cli {

struct call_options {
    std::string url;
    std::string store;
    std::chrono::seconds timeout{30};
    bool json = false;
};

struct record_options : call_options {
    std::string id; ///< Of `set`: empty lets the server make one.
    std::string fields; ///< Of `set`: a JSON object, or `-` for standard input.
    std::optional<std::uint64_t> if_revision; ///< Of `set` and `delete`.
};

struct query_options : call_options {
    std::string filter = "{}";
    std::vector<std::string> sort; ///< Fields, `-` before one for descending.
    std::optional<std::uint64_t> limit;
    std::uint64_t offset = 0;
    std::vector<std::string> fields;   ///< Of the records only these; empty: all.
    std::optional<std::string> cursor; ///< An answer's `next_cursor`, to go on after it.
    bool ids_only = false;
    bool count_only = false;
    std::string aggregate; ///< A JSON object; empty: records.
    std::optional<std::string> search;      ///< Words, of which the best records come first.
    std::vector<std::string> search_fields; ///< Where they are looked for.
    bool explain = false;  ///< Say how the query is answered instead.
};

[[nodiscard]] outcome get_record(record_options const& options);
[[nodiscard]] outcome set_record(record_options const& options);
[[nodiscard]] outcome delete_record(record_options const& options);
[[nodiscard]] outcome query_records(query_options const& options);

/// Prints changes until it is interrupted, which is how it ends well.
[[nodiscard]] outcome watch_store(call_options const& options);

} // namespace mkdb::cli
