#include "support/failing_allocator.hpp"

#include <mkdb/index/detail/dictionary.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <new>
#include <string>

namespace {

namespace famine = mkdb::testing::famine;
using dictionary = mkdb::index::detail::dictionary<int>;

/// Their first eight bytes are the same, so that the keys themselves are compared; they are no longer in the entries.
std::string key_of(int number) {
    return "a long beginning " + std::to_string(number * 7919 % 1000);
}

void expect_equal(dictionary const& terms, std::map<std::string, int> const& expected) {
    ASSERT_EQ(terms.size(), expected.size());
    auto next = expected.begin();
    terms.for_each([&](dictionary::entry const& each) {
        ASSERT_NE(next, expected.end());
        ASSERT_EQ(std::string_view(each.key), next->first);
        ASSERT_EQ(each.value, next->second);
        ++next;
    });
    ASSERT_EQ(next, expected.end());
    for (auto const& [key, value] : expected) {
        ASSERT_EQ(terms.find(key)->value, value);
    }
}

/// Returns whether the plan had been over before all keys were in.
bool survives(std::uint64_t nth, bool sticky) {
    dictionary terms(1);
    std::map<std::string, int> expected;
    famine::begin({nth, sticky});
    int number = 0;
    try {
        for (; number < 300; ++number) {
            terms.obtain(key_of(number)).value = number;
        }
    } catch (std::bad_alloc const&) {
    }
    auto const calls = famine::end();
    for (int added = 0; added < number; ++added) {
        expected[key_of(added)] = added;
    }
    expect_equal(terms, expected);
    for (; number < 300; ++number) {
        expected[key_of(number)] = terms.obtain(key_of(number)).value = number;
    }
    expect_equal(terms, expected);
    return calls < nth;
}

TEST(DictionaryFamine, AKeyForWhichThereIsNoMemoryIsNotThere) {
    std::uint64_t nth = 1;
    while (!testing::Test::HasFatalFailure() && !survives(nth, nth % 2 == 0)) {
        ++nth;
    }
    EXPECT_GT(nth, 300U);
}

} // namespace
