/// Bundles of policies: one that names another model of MkDB, and two with a model of the program's own.

#include "eviction.hpp"
#include "weekday.hpp"

#include <mkdb/eviction/s3_fifo.hpp>
#include <mkdb/mkdb.hpp>

#include <iostream>

namespace another_cache {

mkdb::result<std::uint64_t> count_notes() {
    struct my_policies : mkdb::default_policies {
        using eviction = mkdb::eviction::s3_fifo;
    };
    auto opened = mkdb::basic_database<my_policies>::open("app-data");
    MKDB_TRY_ASSIGN(auto const database, std::move(opened));
    MKDB_TRY_ASSIGN(auto const notes, database->create_store("notes"));
    MKDB_TRY(notes->insert({{"text", "remember the milk"}}));
    return notes->size();
}

} // namespace another_cache

namespace own_cache {

struct my_policies : mkdb::default_policies {
    using eviction = my::eviction;
};
using my_database = mkdb::basic_database<my_policies>;

mkdb::result<std::string> read_twice() {
    mkdb::store_options options;
    options.cache.max_entries = 2;
    MKDB_TRY_ASSIGN(auto const database, my_database::open("app-data"));
    MKDB_TRY_ASSIGN(auto const pages, database->create_store("pages", options));
    for (auto const* id : {"one", "two", "three"}) {
        MKDB_TRY(pages->write({.id = id, .delta = {{"words", 300}}}));
        MKDB_TRY(pages->read(id));
    }
    MKDB_TRY_ASSIGN(auto const first, pages->read("one"));
    return first.json;
}

} // namespace own_cache

namespace own_index {

struct my_policies : mkdb::default_policies {
    using indexes = mkdb::index_set<mkdb::index::exact, mkdb::index::numeric, my::weekday>;
};

mkdb::result<std::uint64_t> count_fridays() {
    MKDB_TRY_ASSIGN(auto const database, mkdb::basic_database<my_policies>::open("app-data"));
    MKDB_TRY_ASSIGN(auto const shifts, database->create_store("shifts", {.schema = {{"day", "weekday"}}}));
    for (auto const* day : {"Fri", "Sat", "Fri"}) {
        MKDB_TRY(shifts->insert({{"day", day}}));
    }
    MKDB_TRY_ASSIGN(auto const question, shifts->parse_query({{"day", "Fri"}}));
    MKDB_TRY_ASSIGN(auto const page, shifts->query(question));
    return page.total_matches;
}

} // namespace own_index

int main() {
    std::cout << another_cache::count_notes().value() << " note\n";
    std::cout << own_cache::read_twice().value() << '\n';
    std::cout << own_index::count_fridays().value() << " shifts on Friday\n";
}
