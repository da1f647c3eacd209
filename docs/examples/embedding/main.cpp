#include <mkdb/mkdb.hpp>

#include <iostream>

int main() {
    auto const database = mkdb::database::open("shop-data").value();
    auto const store = database->create_store("products", {.schema = {{"price", "numeric"}}}).value();

    store->write({.id = "bolt", .delta = {{"name", "Steel bolt"}, {"price", 9.99}}}).value();
    auto const query = store->parse_query({{"filter", {{"price", {{"lt", 10}}}}}, {"hydrate", true}}).value();
    for (auto const& record : store->query(query).value().records) {
        std::cout << record.id << ' ' << record.json << '\n';
    }
}
