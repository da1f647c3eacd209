#include <mkdb/protocol/handshake.hpp>

#include "support/fake_access.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mkdb;
using protocol::handshake;

struct Handshake : ::testing::Test {
    mkdb::testing::fake_access access;
    handshake opening{"10.0.0.1"};

    protocol::handshake_step say(std::string const& message) {
        return opening.on_message(boost::json::parse(message).as_object(), access);
    }
    void users() { access.users["anna"] = {"secret", {"s"}, {"s"}}; }
};

TEST_F(Handshake, GreetsWithThePermissions) {
    EXPECT_EQ(handshake::greeting(access), R"({"type":"permissions","read_protected":false,"write_protected":true})");
    access.protect_reads = true;
    EXPECT_EQ(handshake::greeting(access), R"({"type":"permissions","read_protected":true,"write_protected":true})");
}

TEST_F(Handshake, LetsReadersInWithoutCredentials) {
    for (auto const* const message : {R"({"access":"R"})", R"({"access":"r"})", R"({})"}) {
        opening = handshake("10.0.0.1");
        auto const step = say(message);
        EXPECT_TRUE(step.complete);
        EXPECT_EQ(step.message, R"({"type":"ready","can_read":true,"can_write":false})");
    }
    EXPECT_FALSE(opening.who().authenticated);
    EXPECT_EQ(opening.who().address, "10.0.0.1");
}

struct access_row {
    char const* access;
    bool protected_reads;
    bool needs_auth;
    char const* rights;
};

TEST_F(Handshake, AsksForCredentialsWhereTheyAreNeeded) {
    for (auto const& row : std::vector<access_row>{
             {"R", true, true, R"("can_read":true,"can_write":false})"},
             {"W", false, true, R"("can_read":false,"can_write":true})"},
             {"rw", false, true, R"("can_read":true,"can_write":true})"},
             {"Rw", true, true, R"("can_read":true,"can_write":true})"},
         }) {
        opening = handshake("10.0.0.1");
        access.protect_reads = row.protected_reads;
        EXPECT_EQ(say(std::string(R"({"access":")") + row.access + "\"}").message, R"({"type":"auth_required"})");
        auto const step = say(R"({"type":"auth","username":"anna","password":"mk_db"})");
        ASSERT_TRUE(step.verify);
        EXPECT_EQ(step.verify->username, "anna");
        EXPECT_EQ(step.verify->password, "mk_db");
        auto const last = opening.on_verified(std::string("anna"));
        EXPECT_TRUE(last.complete);
        EXPECT_EQ(last.message, std::string(R"({"type":"auth_ok","username":"anna",)") + row.rights);
        EXPECT_TRUE(opening.who().authenticated);
    }
}

TEST_F(Handshake, RefusesAnUnknownAccess) {
    for (auto const* const message :
         {R"({"access":"X"})", R"({"access":"WR"})", R"({"access":""})", R"({"access":5})", R"({"access":null})"}) {
        auto const step = say(message);
        EXPECT_TRUE(step.failed) << message;
        EXPECT_EQ(step.message, R"({"type":"error","error":"access must be 'R', 'W', or 'RW'"})");
    }
}

TEST_F(Handshake, ExpectsCredentialsAndNothingElse) {
    for (auto const* const message :
         {R"({"type":"request"})", R"({"username":"a","password":"b"})", R"({"type":"auth","username":5})",
          R"({"type":"auth","username":"a","password":["b"]})"}) {
        opening = handshake("");
        static_cast<void>(say(R"({"access":"RW"})"));
        auto const step = say(message);
        EXPECT_TRUE(step.failed) << message;
        EXPECT_EQ(step.message, R"({"type":"error","error":"Expected auth message"})");
    }
}

TEST_F(Handshake, RefusesWrongCredentials) {
    static_cast<void>(say(R"({"access":"RW"})"));
    static_cast<void>(say(R"({"type":"auth","username":"anna","password":"wrong"})"));
    auto const step = opening.on_verified(fail(errc::unauthenticated, "Invalid credentials"));
    EXPECT_TRUE(step.failed);
    EXPECT_EQ(step.message, R"({"type":"error","error":"Invalid credentials"})");
    EXPECT_FALSE(opening.who().can_read);
    EXPECT_FALSE(opening.who().can_write);
}

TEST_F(Handshake, SaysWhenWritesNeedUsers) {
    access.default_password = false;
    static_cast<void>(say(R"({"access":"RW"})"));
    auto const step = say(R"({"type":"auth","username":"","password":"mk_db"})");
    EXPECT_TRUE(step.failed);
    EXPECT_EQ(step.message, R"({"type":"error","error":"Write access disabled — configure users to enable writes"})");
    users();
    opening = handshake("");
    static_cast<void>(say(R"({"access":"RW"})"));
    EXPECT_TRUE(say(R"({"type":"auth","username":"anna","password":"secret"})").verify);
}

} // namespace
