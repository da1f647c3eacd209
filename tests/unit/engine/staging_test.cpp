#include <mkdb/engine/staging.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace {

using mkdb::engine::base_state;
using mkdb::engine::operation;

/// A partition that holds nothing yet.
[[nodiscard]] mkdb::result<std::optional<base_state>> nothing(std::string_view /*id*/) {
    return std::optional<base_state>();
}

/// A delta that was fine when its names were no paths, while it waited for the meaning of names to change.
TEST(Staging, ChecksADeltaAgainWhenItsNamesMeanSomethingElse) {
    std::string deep = "a";
    for (int i = 0; i < 200; ++i) {
        deep += ".a";
    }
    mkdb::engine::staging work(nothing, true, 1, 7);
    operation write;
    write.id = "r";
    write.delta = {{deep, 1}};
    EXPECT_EQ(work.apply(write).error().code, mkdb::errc::limit_exceeded);
    EXPECT_FALSE(work.versions().front().to_log());
    write.delta = {{"a.b", 1}};
    ASSERT_TRUE(work.apply(write));
    EXPECT_EQ(*work.versions().front().text, R"({"a":{"b":1}})");
}

} // namespace
