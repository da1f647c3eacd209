#include "archetypes/environment.hpp"
#include "archetypes/eviction.hpp"

#include <mkdb/cache/record_cache.hpp>
#include <mkdb/eviction/any_of.hpp>

#include <gtest/gtest.h>

// The cache asks for no more than its concepts promise: each member is compiled over the least models.
template class mkdb::cache::record_cache<archetypes::eviction, archetypes::clock>;
template class mkdb::cache::record_cache<mkdb::eviction::any_of<archetypes::eviction>, archetypes::clock>;

namespace {

TEST(Archetypes, ACacheOverTheLeastModelsKeepsWhatItIsGiven) {
    archetypes::clock const clock(0);
    mkdb::cache::record_cache<archetypes::eviction, archetypes::clock> cache(clock, {.max_entries = 1});
    cache.put(1, std::make_shared<std::string const>("{}"), 1);
    cache.put(2, std::make_shared<std::string const>("{}"), 1);
    EXPECT_TRUE(cache.get(1).has_value());
    EXPECT_FALSE(cache.get(2).has_value());
}

} // namespace
