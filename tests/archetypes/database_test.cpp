#include "archetypes/bundle.hpp"

#include <mkdb/store/database.hpp>

#include <gtest/gtest.h>

// The engine asks for no more than the concepts promise: every member is compiled over the least bundle.
template class mkdb::basic_store<archetypes::bundle>;
template class mkdb::basic_database<archetypes::bundle>;

namespace {

using store = mkdb::basic_store<archetypes::bundle>;

/// Explicit instantiation leaves member templates out; naming one compiles it.
[[maybe_unused]] auto const for_each = &store::for_each<bool (*)(mkdb::record const&)>;

TEST(Archetypes, ADatabaseOverTheLeastModelsReportsTheirRefusal) {
    auto const opened = mkdb::basic_database<archetypes::bundle>::open(
        "nowhere", {}, {archetypes::file_system(0), archetypes::clock(0), archetypes::random(0)});
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, mkdb::errc::unsupported);
}

} // namespace
