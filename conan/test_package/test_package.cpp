#include <mkdb/mkdb.hpp>

#include <filesystem>

int main() {
    auto const directory = std::filesystem::current_path() / "test_package.db";
    std::filesystem::remove_all(directory);
    auto const database = mkdb::database::open(directory).value();
    auto const products = database->create_store("products").value();
    auto const made = products->insert({{"name", "bolt"}, {"price", 9.99}}).value();
    return products->read(made.id).value().json == R"({"name":"bolt","price":9.99})" ? 0 : 1;
}
