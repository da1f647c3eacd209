#include <mkdb/mkdb.hpp>

#include <filesystem>
#include <iostream>

namespace {

mkdb::result<std::uint64_t> count_cheap_products(std::filesystem::path const& directory) {
    MKDB_TRY_ASSIGN(auto database, mkdb::database::open(directory));
    MKDB_TRY_ASSIGN(auto products, database->create_store("products"));
    for (int price = 1; price <= 5; ++price) {
        MKDB_TRY(products->insert({{"name", "bolt"}, {"price", price}}));
    }
    MKDB_TRY_ASSIGN(auto const request, products->parse_query({{"price", {{"lte", 3}}}}));
    MKDB_TRY_ASSIGN(auto const page, products->query(request));
    MKDB_TRY(database->close());
    return page.total_matches;
}

} // namespace

int main() {
    auto const directory = std::filesystem::current_path() / "consumer.db";
    std::filesystem::remove_all(directory);
    auto const count = count_cheap_products(directory);
    if (!count) {
        std::cerr << count.error().message << '\n';
        return 1;
    }
    return *count == 3 ? 0 : 1;
}
