#include <mkdb/engine/value_claims.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

using mkdb::engine::value_claims;

TEST(ValueClaims, AreOfOneRecordUntilThatReleasesThem) {
    value_claims claims;
    EXPECT_EQ(claims.claim("v", "a"), std::nullopt);
    EXPECT_EQ(claims.claim("v", "b"), "a");
    EXPECT_EQ(claims.claim("v", "a"), std::nullopt) << "it has the value already";
    EXPECT_EQ(claims.claim("w", "b"), std::nullopt);
    claims.release("v", "b");
    EXPECT_EQ(claims.claim("v", "b"), "a") << "the claim was not b's to release";
    claims.release("v", "a");
    EXPECT_EQ(claims.claim("v", "b"), std::nullopt);
}

TEST(ValueClaims, AreNeverOfTwoRecordsAtOnce) {
    value_claims claims;
    std::atomic<int> owners{0};
    std::vector<std::jthread> threads;
    for (auto const* id : {"a", "b", "c"}) {
        threads.emplace_back([&, id] {
            for (int i = 0; i < 20'000; ++i) {
                if (!claims.claim("v", id)) {
                    ASSERT_EQ(++owners, 1);
                    --owners;
                    claims.release("v", id);
                }
            }
        });
    }
}

} // namespace
