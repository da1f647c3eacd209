#include "auth/failure_throttle.hpp"
#include "auth/login_guard.hpp"
#include "auth/password_hash.hpp"
#include "auth/secret.hpp"
#include "auth/session_table.hpp"
#include "config/key_tree.hpp"

#include <mkdb/clock/manual.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace mkdb;
using namespace mkdb::server;
using namespace std::chrono_literals;

// From an independent implementation: hashlib.pbkdf2_hmac("sha256", password, salt, iterations).hex()
constexpr auto known_hash = "pbkdf2:sha256:1000:NaCl:"
                            "e786e0cbe6eee4cd03073a2c1075a80b84c518d071741deb63317dd51e826a11";

TEST(PasswordHash, AgreesWithAnIndependentImplementation) {
    EXPECT_TRUE(password_matches("secret", known_hash));
    EXPECT_FALSE(password_matches("Secret", known_hash));
    EXPECT_FALSE(password_matches("", known_hash));
}

TEST(PasswordHash, UsesTheBytesOfThePrintedSaltEvenWhenItLooksLikeHex) {
    EXPECT_TRUE(password_matches("pässwörd", "pbkdf2:sha256:2000:0a0b:"
                                             "baa000bc4ce1d50e47db2d961f907ca95e64a62fedb0f40c7fb434be9bf88eb3"));
}

TEST(PasswordHash, NewOnesHaveTodaysCountAndASaltOfTheirOwn) {
    auto const first = hash_password("correct horse");
    auto const second = hash_password("correct horse");
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(first->starts_with("pbkdf2:sha256:600000:"));
    EXPECT_NE(*first, *second);
    EXPECT_TRUE(password_matches("correct horse", *first));
    EXPECT_FALSE(needs_upgrade(*first));
    EXPECT_TRUE(needs_upgrade(known_hash));
}

TEST(PasswordHash, MalformedOrAbsurdHashesMatchNothing) {
    for (auto const* const hash :
         {"", "secret", "pbkdf2:sha256:", "pbkdf2:sha256:1000:NaCl", "pbkdf2:sha256:999:NaCl:00",
          "pbkdf2:sha1:1000:a:00",
          "pbkdf2:sha256:10000001:NaCl:0000000000000000000000000000000000000000000000000000000000000000",
          "pbkdf2:sha256:99999999999999999999:NaCl:0000000000000000000000000000000000000000000000000000000000000000",
          "pbkdf2:sha256:-5:NaCl:0000000000000000000000000000000000000000000000000000000000000000"}) {
        EXPECT_FALSE(password_matches("secret", hash)) << hash;
    }
}

TEST(PasswordHash, LongPasswordsAreRefusedNotCut) {
    EXPECT_FALSE(hash_password(std::string(1025, 'a')));
    EXPECT_TRUE(hash_password(std::string(1024, 'a'), minimum_iterations));
}

TEST(Secrets, MadePasswordsAreLongAndDiffer) {
    std::set<std::string> made;
    for (int i = 0; i < 100; ++i) {
        auto const password = random_password();
        ASSERT_TRUE(password);
        EXPECT_EQ(password->size(), 30U);
        made.insert(*password);
    }
    EXPECT_EQ(made.size(), 100U);
}

TEST(Sessions, ATokenHoldsUntilItExpiresOrIsClosed) {
    clock::manual clock;
    session_table<clock::manual> sessions(clock);
    auto const token = sessions.open({"ann", role::operator_, false}, 60s);
    ASSERT_TRUE(token);
    EXPECT_TRUE(token->starts_with("sdk_"));
    EXPECT_EQ(token->size(), 4U + 64U);
    ASSERT_TRUE(sessions.find(*token));
    EXPECT_EQ(sessions.find(*token)->username, "ann");
    EXPECT_FALSE(sessions.find(token->substr(1)));
    EXPECT_FALSE(sessions.find(""));
    clock.advance(59s);
    EXPECT_TRUE(sessions.find(*token));
    clock.advance(1s);
    EXPECT_FALSE(sessions.find(*token));
    EXPECT_EQ(sessions.size(), 0U);
}

TEST(Sessions, EndWithTheirUserOrAllAtOnce) {
    session_table<> sessions;
    auto const ann = *sessions.open({"ann", role::viewer, false}, 60s);
    auto const bob = *sessions.open({"bob", role::viewer, false}, 60s);
    auto const panel = *sessions.open({"", role::admin, true}, 60s);
    sessions.close_user("ann");
    EXPECT_FALSE(sessions.find(ann));
    EXPECT_TRUE(sessions.find(bob));
    sessions.close(bob);
    EXPECT_FALSE(sessions.find(bob));
    EXPECT_TRUE(sessions.find(panel));
    sessions.close_all();
    EXPECT_FALSE(sessions.find(panel));
}

TEST(FailureThrottle, TheWaitDoublesAfterTheFreeFailuresAndEndsWithSuccess) {
    clock::manual clock;
    failure_throttle<clock::manual> throttle({}, clock);
    for (int i = 0; i < 4; ++i) {
        throttle.failed("ann");
        EXPECT_FALSE(throttle.wait_for("ann"));
    }
    for (auto const wait : {1s, 2s, 4s, 8s}) {
        throttle.failed("ann");
        EXPECT_EQ(throttle.wait_for("ann"), wait);
        EXPECT_FALSE(throttle.wait_for("bob"));
        clock.advance(wait);
        EXPECT_FALSE(throttle.wait_for("ann"));
    }
    throttle.succeeded("ann");
    throttle.failed("ann");
    EXPECT_FALSE(throttle.wait_for("ann"));
}

TEST(FailureThrottle, NeverWaitsLongerThanTheLongestAndForgetsInTime) {
    clock::manual clock;
    failure_throttle<clock::manual> throttle({.longest_wait = 10s, .forget_after = 60s}, clock);
    for (int i = 0; i < 100; ++i) {
        throttle.failed("ann");
    }
    EXPECT_EQ(throttle.wait_for("ann"), 10s);
    clock.advance(61s);
    throttle.failed("ann");
    EXPECT_FALSE(throttle.wait_for("ann"));
}

TEST(FailureThrottle, SteppingTheWallClockChangesNothing) {
    clock::manual clock;
    failure_throttle<clock::manual> throttle({}, clock);
    for (int i = 0; i < 6; ++i) {
        throttle.failed("ann");
    }
    clock.step_wall(24h);
    EXPECT_EQ(throttle.wait_for("ann"), 2s);
}

TEST(FailureThrottle, RemembersABoundedNumberOfKeys) {
    clock::manual clock;
    failure_throttle<clock::manual> throttle({.free_failures = 1, .max_keys = 3}, clock);
    for (auto const* const key : {"a", "b", "c", "d"}) {
        throttle.failed(key);
        clock.advance(1ms);
    }
    EXPECT_FALSE(throttle.wait_for("a"));
    EXPECT_TRUE(throttle.wait_for("d"));
}

TEST(LoginGuard, StrangersCannotLockAnAccountOutHere) {
    clock::manual clock;
    login_guard<clock::manual> guard(clock);
    for (int i = 0; i < 10; ++i) {
        guard.failed("admin", "203.0.113.7");
    }
    EXPECT_FALSE(guard.may_try("admin", "203.0.113.7"));
    EXPECT_FALSE(guard.may_try("admin", "203.0.113.8"));
    EXPECT_TRUE(guard.may_try("admin", "127.0.0.1"));
}

TEST(LoginGuard, OneAddressThatTriesManyAccountsWaitsToo) {
    clock::manual clock;
    login_guard<clock::manual> guard(clock);
    for (int i = 0; i < 25; ++i) {
        guard.failed("user" + std::to_string(i), "203.0.113.7");
    }
    auto const refused = guard.may_try("fresh", "203.0.113.7");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("try again in"), std::string::npos);
    EXPECT_TRUE(guard.may_try("fresh", "203.0.113.8"));
}

} // namespace
