#include "largest_first.hpp"

#include <mkdb/clock/manual.hpp>
#include <mkdb/file/memory.hpp>
#include <mkdb/mkdb.hpp>
#include <mkdb/text/whitespace.hpp>

#include <iostream>
#include <string>

namespace {

/// Five parts exchanged: one of the program's own, four that MkDB brings. Nothing touches the disk.
struct policies : mkdb::default_policies {
    using eviction = largest_first;
    using file = mkdb::file::memory;
    using clock = mkdb::clock::manual;
    using tokenizer = mkdb::text::whitespace;
    using indexes = mkdb::index_set<mkdb::index::full_text>;
};

mkdb::result<std::uint64_t> find_words() {
    mkdb::store_options options;
    options.schema["text"] = "full-text";
    options.cache.max_entries = 2;
    MKDB_TRY_ASSIGN(auto database, mkdb::basic_database<policies>::open("/in-memory"));
    MKDB_TRY_ASSIGN(auto notes, database->create_store("notes", options));
    for (auto const* text : {"steel bolt", "brass bolt", "steel nut"}) {
        MKDB_TRY(notes->insert({{"text", text}}));
    }
    MKDB_TRY_ASSIGN(auto const request, notes->parse_query({{"text", boost::json::array{"steel"}}}));
    MKDB_TRY_ASSIGN(auto const page, notes->query(request));
    return page.total_matches;
}

} // namespace

int main() {
    auto const found = find_words();
    if (!found) {
        std::cerr << found.error().message << '\n';
        return 1;
    }
    return *found == 2 ? 0 : 1;
}
