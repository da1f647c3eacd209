#include <mkdb/document/pattern.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using mkdb::document::pattern;

TEST(Pattern, IsFoundAnywhereUnlessItIsBound) {
    EXPECT_TRUE(pattern::compile("ee").value().found_in("steel"));
    EXPECT_FALSE(pattern::compile("^ee").value().found_in("steel"));
    EXPECT_TRUE(pattern::compile("").value().found_in(""));
}

TEST(Pattern, SaysWhyItIsNone) {
    auto const refused = pattern::compile("a(b");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, mkdb::errc::query_syntax);
    EXPECT_EQ(refused.error().message, "missing ): a(b");
    EXPECT_FALSE(pattern::compile("\xff"));
}

TEST(Pattern, HasLimits) {
    EXPECT_EQ(pattern::compile(std::string(pattern::longest + 1, 'a')).error().message, "longer than 1000 bytes");
    EXPECT_TRUE(pattern::compile(std::string(pattern::longest / 2, 'a')));
    EXPECT_EQ(pattern::compile("a{999}b{999}").error().message, "it has 2002 steps, more than 1000");
    for (auto const& large :
         {std::string(pattern::longest + 1, 'a'), std::string("\\pL{1000}"), std::string("a{999}b{999}")}) {
        EXPECT_EQ(pattern::compile(large).error().code, mkdb::errc::limit_exceeded) << large;
    }
}

/// Expressions that make others try every way to cut the text, of which there are two to the power of its length. One
/// that did so here would never end.
TEST(Pattern, EndsSoonWhateverItIs) {
    std::string const text(100'000, 'a');
    for (auto const* bomb : {"(a+)+$", "(a|a)*$", "(a*)*b", "^(a?){50}a{50}b", "(.*)(.*)(.*)(.*)[^a]$", "([a-z]+)*!"}) {
        auto const compiled = pattern::compile(bomb);
        ASSERT_TRUE(compiled) << bomb;
        EXPECT_EQ(compiled->found_in(text), std::string(bomb) == "(a+)+$" || std::string(bomb) == "(a|a)*$") << bomb;
    }
}

TEST(Pattern, IsSharedByThreads) {
    auto const shared = pattern::compile("(a|b)+c").value();
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        auto text = std::string(1000, i % 2 == 0 ? 'a' : 'b');
        text += 'c';
        threads.emplace_back([&shared, text = std::move(text)] {
            for (int round = 0; round < 200; ++round) {
                EXPECT_TRUE(shared.found_in(text));
            }
        });
    }
}

} // namespace
