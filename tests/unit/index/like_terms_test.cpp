#include <mkdb/index/detail/like_terms.hpp>

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mkdb::index::fuzzy_term;
using dictionary = mkdb::index::detail::dictionary<int>;

/// Few letters, so that many are alike; some of two bytes, and one that is no character.
std::string random_term(std::mt19937& random) {
    static std::vector<std::string> const letters{"a", "b", "c", "\u00e9", "\u00e8", "\U0001F529"};
    std::string term;
    for (auto left = random() % 9; left > 0; --left) {
        term += random() % 60 == 0 ? "\xC3" : letters[random() % letters.size()];
    }
    return term;
}

std::vector<std::string> like(dictionary const& terms, fuzzy_term const& wanted) {
    std::vector<std::string> found;
    mkdb::index::detail::visit_like_terms(terms, wanted, [&](auto const& at) { found.emplace_back(at.key); });
    return found;
}

TEST(LikeTerms, AreThoseThatAComparisonOneByOneFinds) {
    auto const seed = std::random_device()();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::size_t found = 0;
    for (int round = 0; round < 40; ++round) {
        dictionary terms(1);
        std::set<std::string> all;
        for (int i = 0; i < 2000; ++i) {
            auto const term = random_term(random);
            terms.obtain(term);
            all.insert(term);
        }
        for (int i = 0; i < 20; ++i) {
            fuzzy_term const wanted(random_term(random),
                                    i % 4 == 3 ? std::nullopt : std::optional(static_cast<unsigned>(i % 4)));
            std::vector<std::string> expected;
            for (auto const& term : all) {
                if (wanted.is_like(term)) {
                    expected.push_back(term);
                }
            }
            ASSERT_EQ(like(terms, wanted), expected) << wanted.term() << " " << wanted.edits();
            found += expected.size();
        }
    }
    EXPECT_GT(found, 1000U);
}

TEST(LikeTerms, OfALongTermAreFoundToo) {
    dictionary terms(1);
    std::string const longest(5000, 'x');
    for (auto const& term : {longest, longest + "a", longest + "abc", std::string("a") + longest, std::string("x")}) {
        terms.obtain(term);
    }
    EXPECT_EQ(like(terms, fuzzy_term(longest, 2U)).size(), 3U);
    EXPECT_EQ(like(terms, fuzzy_term("", 1U)), std::vector<std::string>{"x"});
}

} // namespace
