#include "catalogue.hpp"

#include <mkdb/mkdb.hpp>

#include <filesystem>

// Every header is included in both units: what is not inline in one of them does not link.
int main() {
    auto const directory = std::filesystem::current_path() / "consumer.db";
    std::filesystem::remove_all(directory);
    auto const database = mkdb::database::open(directory).value();
    return fill(database->create_store("products").value()) == 5 ? 0 : 1;
}
