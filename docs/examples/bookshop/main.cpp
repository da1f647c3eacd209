/// What a program does with the library, step by step; docs/guides/embedding.md explains it.

#include <mkdb/document/json_schema/compile.hpp>
#include <mkdb/mkdb.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <iostream>
#include <memory>

namespace {

mkdb::result<> write_and_read(mkdb::store& books) {
    MKDB_TRY(books.write({.id = "dune", .delta = {{"title", "Dune"}, {"pages", 612}, {"price", 9.5}}}));
    MKDB_TRY(books.write({.id = "dune", .delta = {{"price", 8.75}, {"lent_to", "Ada"}}}));
    MKDB_TRY(books.write({.id = "dune", .delta = {{"lent_to", nullptr}}}));
    MKDB_TRY_ASSIGN(auto const dune, books.read("dune"));
    std::cout << dune.id << ' ' << dune.json << '\n';

    MKDB_TRY_ASSIGN(auto const made, books.insert({{"title", "Draft"}}));
    MKDB_TRY(books.erase({.id = made.id}));
    std::cout << books.size() << " book\n";
    return {};
}

mkdb::result<> raise_price(mkdb::store& books) {
    MKDB_TRY_ASSIGN(auto const seen, books.read("dune"));
    MKDB_TRY(books.write({.id = "dune", .delta = {{"price", 9}}, .if_revision = seen.revision}));

    auto const late = books.write({.id = "dune", .delta = {{"price", 1}}, .if_revision = seen.revision});
    if (!late && late.error().code == mkdb::errc::revision_conflict) {
        std::cout << "somebody was faster\n";
    }
    return {};
}

mkdb::result<> lend(mkdb::store& books) {
    MKDB_TRY_ASSIGN(auto const copies, books.write({.id = "copies", .delta = {{"dune", 3}}}));
    MKDB_TRY(books.batch({
        mkdb::write_request{.id = "copies", .delta = {{"dune", 2}}, .if_revision = copies.revision},
        mkdb::write_request{.id = "loan-1", .delta = {{"book", "dune"}}, .if_revision = 0},
    }));
    MKDB_TRY(books.batch({mkdb::erase_request{.id = "loan-1"}, mkdb::erase_request{.id = "copies"}}));
    return {};
}

mkdb::result<> ask(mkdb::store& books) {
    MKDB_TRY(books.write({.id = "emma", .delta = {{"title", "Emma"}, {"pages", 474}, {"price", 7}}}));
    MKDB_TRY(books.write({.id = "sons", .delta = {{"title", "Sons and Lovers"}, {"pages", 423}, {"price", 6.5}}}));

    MKDB_TRY_ASSIGN(auto const question, books.parse_query({
                                             {"filter", {{"pages", {{"gte", 400}, {"lt", 500}}}}},
                                             {"sort", "-price"},
                                             {"limit", 10},
                                             {"hydrate", true},
                                         }));
    MKDB_TRY_ASSIGN(auto const page, books.query(question));
    std::cout << page.total_matches << " match\n";
    for (auto const& book : page.records) {
        std::cout << "  " << book.id << ' ' << book.json << '\n';
    }
    return {};
}

mkdb::result<> change_schema(mkdb::store& books) {
    auto options = books.options();
    options.schema["title"] = "full-text";
    MKDB_TRY(books.reconfigure(options));

    MKDB_TRY_ASSIGN(auto const question, books.parse_query({{"title", {{"contains", "lover"}}}}));
    MKDB_TRY_ASSIGN(auto const page, books.query(question));
    for (auto const& id : page.ids) {
        std::cout << "about lovers: " << id << '\n';
    }
    return {};
}

mkdb::result<> sell_in_german(mkdb::database& database) {
    mkdb::store_options options;
    options.schema = {{"title", "full-text"}};
    options.languages = {{"title", "german"}};
    MKDB_TRY_ASSIGN(auto const books, database.create_store("german", options));
    MKDB_TRY(books->write({.id = "wald", .delta = {{"title", "Die Häuser im Wald"}, {"about", "people of a forest"}}}));
    MKDB_TRY(books->write({.id = "berg", .delta = {{"title", "Der Zauberberg"}, {"about", "years on a mountain"}}}));

    MKDB_TRY_ASSIGN(auto const question, books->parse_query({{"title", {{"contains", "das Haus"}}}}));
    MKDB_TRY_ASSIGN(auto const page, books->query(question));
    for (auto const& id : page.ids) {
        std::cout << "about a house: " << id << '\n';
    }

    auto const klingon = books->reconfigure({.languages = {{"title", "klingon"}}});
    std::cout << klingon.error().message.substr(0, 36) << " …\n";
    return {};
}

mkdb::result<> keep_to_a_schema(mkdb::database& database) {
    mkdb::store_options options;
    MKDB_TRY_ASSIGN(options.json_schema, mkdb::document::compile_json_schema({
                                             {"required", {"title"}},
                                             {"properties", {{"pages", {{"type", "integer"}, {"minimum", 1}}}}},
                                         }));
    MKDB_TRY_ASSIGN(auto const books, database.create_store("checked", options));

    auto const refused = books->write({.id = "emma", .delta = {{"title", "Emma"}, {"pages", 0}}});
    if (!refused && refused.error().code == mkdb::errc::invalid_argument) {
        std::cout << refused.error().message << '\n';
    }
    return {};
}

mkdb::result<> count_visits(mkdb::database& database) {
    mkdb::store_options options;
    options.mode = mkdb::durability::buffered;
    options.debounce_window = std::chrono::milliseconds(500);
    MKDB_TRY_ASSIGN(auto const visits, database.create_store("visits", options));

    for (int count = 1; count <= 1000; ++count) {
        MKDB_TRY(visits->write({.id = "front page", .delta = {{"count", count}}}));
    }
    MKDB_TRY(visits->write({.id = "order 7", .delta = {{"total", 18}}, .mode = mkdb::durability::sync}));
    MKDB_TRY(visits->flush());
    MKDB_TRY_ASSIGN(auto const counted, visits->read("front page"));
    std::cout << counted.json << '\n';
    return {};
}

mkdb::result<> watch(mkdb::store& books) {
    std::atomic<int> writes = 0;
    auto const watching = books.subscribe([&writes](std::span<mkdb::change const> changes) {
        for (auto const& each : changes) {
            writes += each.what == mkdb::change::kind::write ? 1 : 0;
        }
    });
    MKDB_TRY(books.write({.id = "dune", .delta = {{"price", 9.25}}}));
    MKDB_TRY(books.erase({.id = "emma"}));
    std::cout << writes << " write seen\n";
    return {};
}

mkdb::result<> write_without_waiting(mkdb::store& books) {
    std::promise<mkdb::result<mkdb::write_outcome>> written;
    books.async_write({.id = "emma", .delta = {{"title", "Emma"}}},
                      [&written](mkdb::result<mkdb::write_outcome> outcome) { written.set_value(std::move(outcome)); });
    MKDB_TRY_ASSIGN(auto const outcome, written.get_future().get());
    std::cout << outcome.id << " is written\n";
    return {};
}

mkdb::result<> show_failures(mkdb::database& database, mkdb::store& books) {
    auto const missing = books.read("ulysses");
    if (!missing) {
        std::cout << to_string(missing.error().code) << ": " << missing.error().message << '\n';
    }
    auto const nonsense = books.parse_query({{"price", {{"lt", "cheap"}, {"near", 5}}}});
    std::cout << nonsense.error().message << '\n';
    try {
        auto const store = database.open_store("magazines").value();
    } catch (mkdb::bad_result const& failure) {
        std::cout << to_string(failure.code()) << ": " << failure.what() << '\n';
    }
    return {};
}

mkdb::result<> run_shop(boost::asio::thread_pool& pool) {
    mkdb::database_options options;
    options.executor = [&pool](std::function<void()> task) { boost::asio::post(pool, std::move(task)); };
    options.on_event = [](mkdb::event const& event) { std::cerr << event.source << ": " << event.message << '\n'; };
    MKDB_TRY_ASSIGN(auto const database, mkdb::database::open("bookshop-data", options));
    MKDB_TRY_ASSIGN(auto const books, database->create_store("books", {.schema = {{"price", "numeric"}}}));

    MKDB_TRY(write_and_read(*books));
    MKDB_TRY(raise_price(*books));
    MKDB_TRY(lend(*books));
    MKDB_TRY(ask(*books));
    MKDB_TRY(change_schema(*books));
    MKDB_TRY(sell_in_german(*database));
    MKDB_TRY(keep_to_a_schema(*database));
    MKDB_TRY(count_visits(*database));
    MKDB_TRY(watch(*books));
    MKDB_TRY(write_without_waiting(*books));
    MKDB_TRY(show_failures(*database, *books));
    return database->close();
}

mkdb::result<> open_again() {
    MKDB_TRY_ASSIGN(auto const database, mkdb::database::open("bookshop-data"));
    MKDB_TRY_ASSIGN(auto const books, database->open_store("books", {.schema = {{"price", "numeric"}}}));
    std::cout << books->size() << " books are still there\n";
    return database->close();
}

} // namespace

int main() {
    boost::asio::thread_pool pool(2);
    auto done = run_shop(pool);
    pool.join();
    if (done) {
        done = open_again();
    }
    if (!done) {
        std::cerr << done.error().message << '\n';
        return 1;
    }
}
