#include "archetypes/environment.hpp"
#include "archetypes/eviction.hpp"
#include "archetypes/parity.hpp"
#include "archetypes/storage.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace {

template <class T>
constexpr bool is_least = !std::is_default_constructible_v<T> && !std::is_copy_constructible_v<T> &&
                          !std::is_copy_assignable_v<T> && std::is_move_constructible_v<T>;

TEST(Archetypes, PromiseNoMoreThanTheirConcepts) {
    EXPECT_TRUE(is_least<archetypes::clock>);
    EXPECT_TRUE(is_least<archetypes::random>);
    EXPECT_TRUE(is_least<archetypes::file_system>);
    EXPECT_TRUE(is_least<archetypes::file_system::file>);
    EXPECT_TRUE(is_least<archetypes::file_system::lock_handle>);
    EXPECT_TRUE(is_least<archetypes::eviction::tracker<int>>);
    EXPECT_TRUE(is_least<archetypes::parity>);
    EXPECT_TRUE(is_least<archetypes::storage::backend<archetypes::environment>>);
}

} // namespace
