#include <mkdb/index/detail/dictionary.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using dictionary = mkdb::index::detail::dictionary<int>;

/// Keys that share beginnings, with bytes from both ends of their range.
std::string random_key(std::mt19937& random) {
    using namespace std::string_view_literals;
    constexpr auto bytes = "\0ab\x7f\x80\xff"sv;
    std::string key(random() % 4 == 0 ? "steel-bolt" : "");
    for (auto left = random() % 6; left > 0; --left) {
        key += bytes[random() % bytes.size()];
    }
    return key;
}

class DictionaryTest : public testing::Test {
protected:
    void add_or_erase(std::string const& key) {
        if (auto* const at = terms.find(key)) {
            ASSERT_EQ(at->value, expected.at(key));
            terms.erase(*at);
            expected.erase(key);
        } else {
            ASSERT_FALSE(expected.contains(key));
            expected[key] = terms.obtain(key).value = static_cast<int>(random());
        }
        ASSERT_EQ(terms.size(), expected.size());
    }

    [[nodiscard]] std::vector<std::string> keys_beginning(std::string_view prefix) const {
        std::vector<std::string> keys;
        for (auto const& [key, value] : expected) {
            if (key.starts_with(prefix)) {
                keys.push_back(key);
            }
        }
        return keys;
    }

    std::uint32_t const seed = std::random_device()();
    std::mt19937 random{seed};
    dictionary terms{1};
    std::map<std::string, int> expected;
};

TEST_F(DictionaryTest, IsAMapInOrderThroughRandomChanges) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 20000; ++step) {
        ASSERT_NO_FATAL_FAILURE(add_or_erase(random_key(random)));
        if (step % 500 != 0) {
            continue;
        }
        std::vector<std::string> walked;
        terms.for_each([&](auto const& at) { walked.emplace_back(at.key); });
        ASSERT_EQ(walked, keys_beginning(""));
        auto const prefix = random_key(random);
        std::vector<std::string> begun;
        terms.visit_beginning(prefix, [&](auto const& at) { begun.emplace_back(at.key); });
        ASSERT_EQ(begun, keys_beginning(prefix));
    }
}

TEST_F(DictionaryTest, AWalkSkipsWhatBeginsAsItWasTold) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int i = 0; i < 30000; ++i) {
        terms.obtain(std::to_string(random() % 100000));
    }
    auto const unwanted = [](std::string_view key) -> std::size_t {
        return key.starts_with("3") ? 1 : key.size() > 2 && key.starts_with("12") ? 3 : 0;
    };
    std::vector<std::string> seen;
    terms.walk([&](auto const& at) {
        seen.emplace_back(at.whole().key);
        EXPECT_EQ(at.beginning(), std::string_view(seen.back()).substr(0, 8));
        return unwanted(seen.back());
    });
    std::vector<std::string> wanted;
    terms.for_each([&](auto const& at) {
        auto const skipped = std::string_view(at.key).substr(0, unwanted(at.key));
        if (skipped.empty() || !wanted.back().starts_with(skipped)) {
            wanted.emplace_back(at.key);
        }
    });
    EXPECT_EQ(seen, wanted);
}

TEST_F(DictionaryTest, EntriesStayWhereTheyAre) {
    auto& first = terms.obtain("first");
    for (int i = 0; i < 5000; ++i) {
        terms.obtain(std::to_string(i)).value = i;
    }
    EXPECT_EQ(&terms.obtain("first"), &first);
    dictionary const moved(std::move(terms));
    EXPECT_EQ(moved.find("first"), &first);
    EXPECT_EQ(moved.find("4711")->value, 4711);
    EXPECT_GT(moved.bytes(), 5000U * sizeof(dictionary::entry));
}

} // namespace
