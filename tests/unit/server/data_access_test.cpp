#include "auth/data_access.hpp"
#include "auth/password_hash.hpp"
#include "config/reading.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace {

using namespace mkdb;
using namespace mkdb::server;

class DataAccess : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    live_config config{directory.path(), initial_config()};
    hashing_worker hashing;
    data_access access{config, hashing, [](std::string const&) {}};

    static boost::json::object initial_config() {
        boost::json::object document;
        fill_defaults(document);
        for (auto const* const name : {"open", "closed"}) {
            section_at(document, "stores")[name] = default_section("stores.*");
        }
        return document;
    }

    void change(std::function<void(boost::json::object&)> const& by) {
        ASSERT_TRUE(config.update([&](boost::json::object& document) -> result<> {
            by(document);
            return {};
        }));
        access.refresh(*config.snapshot());
    }

    void add_ann() {
        change([](boost::json::object& document) {
            auto& ann = section_at(document, "users.ann");
            ann["username"] = "ann";
            ann["password_hash"] = *hash_password("secret", minimum_iterations);
            section_at(ann, "stores.open") = {{"read", true}, {"write", true}};
            section_at(ann, "stores.closed") = {{"read", false}, {"write", false}};
        });
    }

    result<std::string> authenticate(std::string const& username, std::string const& password,
                                     std::string const& address = "127.0.0.1") {
        std::promise<result<std::string>> done;
        access.authenticate(username, password, address,
                            [&](result<std::string> who) { done.set_value(std::move(who)); });
        return done.get_future().get();
    }

    static service::caller anonymous() { return {.username = {}, .address = "127.0.0.1"}; }
    static service::caller user(std::string const& name) {
        return {.username = name, .authenticated = true, .can_read = true, .can_write = true, .address = "127.0.0.1"};
    }
};

TEST_F(DataAccess, WithoutUsersReadsAreOpenAndTheDefaultPasswordWrites) {
    EXPECT_FALSE(access.read_protected());
    EXPECT_FALSE(access.users_configured());
    EXPECT_TRUE(access.default_password_allowed());
    EXPECT_TRUE(authenticate("", "mk_db"));
    EXPECT_FALSE(authenticate("", "mk_dc"));
    EXPECT_TRUE(access.may_read(anonymous(), "open"));
    EXPECT_TRUE(access.may_write(anonymous(), "open"));
}

TEST_F(DataAccess, TheDefaultPasswordOpensNothingThatOthersReach) {
    change(
        [](boost::json::object& document) { section_at(document, "servers.http_server.address")["host"] = "0.0.0.0"; });
    EXPECT_FALSE(access.default_password_allowed());
    EXPECT_FALSE(authenticate("", "mk_db"));
    EXPECT_FALSE(access.may_write(anonymous(), "open"));
}

TEST_F(DataAccess, TheDefaultPasswordCanBeDisabled) {
    change([](boost::json::object& document) {
        section_at(document, "data_security")["disable_default_password"] = true;
    });
    EXPECT_FALSE(authenticate("", "mk_db"));
    EXPECT_FALSE(access.may_write(anonymous(), "open"));
}

TEST_F(DataAccess, AUserMayDoWhatTheSectionSaysAndNothingElse) {
    add_ann();
    EXPECT_TRUE(authenticate("ann", "secret"));
    EXPECT_EQ(authenticate("ann", "mk_db").error().message, "Invalid credentials");
    EXPECT_EQ(authenticate("bob", "secret").error().message, "Invalid credentials");
    EXPECT_TRUE(access.may_read(user("ann"), "open"));
    EXPECT_TRUE(access.may_write(user("ann"), "open"));
    EXPECT_EQ(access.may_read(user("ann"), "closed").error().message, "Read access denied");
    EXPECT_EQ(access.may_write(user("ann"), "closed").error().message, "Write access denied");
    EXPECT_EQ(access.may_read(user("ann"), "other").error().message, "No access to store 'other'");
    EXPECT_FALSE(access.may_write(anonymous(), "open"));
}

TEST_F(DataAccess, ARightThatIsTakenAwayIsGoneAtOnce) {
    add_ann();
    change([](boost::json::object& document) { section_at(document, "users.ann.stores").erase("open"); });
    EXPECT_EQ(access.may_read(user("ann"), "open").error().message, "No access to store 'open'");
    change([](boost::json::object& document) {
        auto const ann = document.at("users").at("ann");
        section_at(document, "users")["eve"] = ann;
        section_at(document, "users").erase("ann");
    });
    EXPECT_EQ(access.may_read(user("ann"), "open").error().message, "Authenticated user no longer exists");
}

TEST_F(DataAccess, ProtectedReadsNeedCredentials) {
    add_ann();
    EXPECT_FALSE(access.read_protected());
    EXPECT_TRUE(access.may_read(anonymous(), "closed"));
    change([](boost::json::object& document) { section_at(document, "stores.closed")["protect_reads"] = true; });
    EXPECT_TRUE(access.read_protected());
    EXPECT_EQ(access.may_read(anonymous(), "closed").error().code, errc::unauthenticated);
    EXPECT_TRUE(access.may_read(anonymous(), "open"));
    change([](boost::json::object& document) { section_at(document, "data_security")["protect_reads"] = true; });
    EXPECT_FALSE(access.may_read(anonymous(), "open"));
}

TEST_F(DataAccess, CredentialRecordsAreOnlyForAuthenticatedCallers) {
    EXPECT_FALSE(access.may_read(anonymous(), "__auth__"));
    EXPECT_TRUE(access.may_read(user(""), "__auth__"));
    add_ann();
    EXPECT_TRUE(access.may_read(user("ann"), "__auth__"));
}

TEST_F(DataAccess, GuessingIsSlowedDown) {
    add_ann();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(authenticate("ann", "guess").error().code, errc::unauthenticated);
    }
    auto const slowed = authenticate("ann", "secret");
    ASSERT_FALSE(slowed);
    EXPECT_EQ(slowed.error().code, errc::rate_limited);
}

TEST(HashingWorker, RefusesWhatItsQueueDoesNotHold) {
    hashing_worker worker;
    std::latch begun(1);
    std::latch release(1);
    ASSERT_TRUE(worker.submit([&] {
        begun.count_down();
        release.wait();
    }));
    begun.wait();
    for (std::size_t i = 0; i < hashing_worker::queue_limit; ++i) {
        EXPECT_TRUE(worker.submit([] {})) << i;
    }
    EXPECT_FALSE(worker.submit([] {}));
    EXPECT_EQ(worker.hash("password").error().message, login_busy().message);
    release.count_down();
}

} // namespace
