#include "catalogue.hpp"

#include <mkdb/mkdb.hpp>

std::uint64_t fill(std::shared_ptr<mkdb::store> const& products) {
    for (int price = 1; price <= 5; ++price) {
        products->insert({{"price", price}}).value();
    }
    return products->size();
}
