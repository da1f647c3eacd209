#include "auth/password_hash.hpp"
#include "config/reading.hpp"
#include "control/action_table.hpp"
#include "control/control_plane.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <set>

namespace {

using namespace mkdb;
using namespace mkdb::server;

class recorded_planes final : public planes {
public:
    bool running(plane which) const override { return running_.contains(which); }
    std::uint16_t port(plane) const override { return 1234; }
    result<> start(plane which) override {
        running_.insert(which);
        return {};
    }
    void stop(plane which) override { running_.erase(which); }
    void defer(std::function<void()> task) override { deferred = std::move(task); }

    std::function<void()> deferred;

private:
    std::set<plane> running_{plane::control, plane::socket, plane::http};
};

struct reply {
    unsigned status = 0;
    boost::json::value body;
    protocol::http_headers headers;
};

/// A control plane over a real database and configuration, without a network.
class ControlPlane : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    std::unique_ptr<server_database> database = *server_database::open(directory.path());
    live_config config{directory.path(), initial_config()};
    hashing_worker hashing;
    session_table<> sessions;
    event_log events{*json_lines_log::open(directory.path() / "events.jsonl")};
    store_metrics metrics{config};
    request_limits limits{*json_lines_log::open(directory.path() / "rate_limit.jsonl")};
    recorded_planes listeners;
    backup_service backups{directory.path(), *database, config, events};
    control_context context{directory.path(), *database, config,    hashing, sessions, events,
                            metrics,          limits,    listeners, backups, {}};
    control_login login{config, hashing, [](std::string const&) {}};
    control_plane plane_{context, login, [](std::function<void()> const& task) { task(); }};

    static boost::json::object initial_config() {
        boost::json::object document;
        fill_defaults(document);
        section_at(document, "servers.control_server.auth")["password_hash"] =
            *hash_password("panel password", minimum_iterations);
        for (auto const rights : {role::viewer, role::operator_, role::admin}) {
            auto const name = std::string(to_string(rights));
            section_at(document, "control_users")[name] =
                boost::json::object{{"username", name},
                                    {"password_hash", *hash_password("password of " + name, minimum_iterations)},
                                    {"role", name}};
        }
        return document;
    }

    reply send(std::string const& method, std::string const& path, std::string const& body,
               protocol::http_headers headers = {}) {
        headers.emplace_back("Host", "127.0.0.1:8090");
        std::promise<reply> answered;
        plane_.handle(
            {.method = method, .target = path, .headers = headers, .body = body, .remote_address = "127.0.0.1"},
            [&](protocol::http_response const& response) {
                boost::system::error_code failure;
                answered.set_value({response.status, boost::json::parse(response.body, failure), response.headers});
            });
        return answered.get_future().get();
    }

    std::string token_of(std::string const& username) {
        auto const granted = send("POST", "/control/auth",
                                  R"({"username":")" + username + R"(","password":"password of )" + username + R"("})");
        return granted.status == 200 ? std::string(granted.body.at("token").as_string()) : std::string();
    }

    reply act(std::string const& token, boost::json::object const& request) {
        return send("POST", "/control", boost::json::serialize(request), {{"Authorization", "Bearer " + token}});
    }
};

TEST_F(ControlPlane, NothingButTheDoorIsOpenWithoutALogin) {
    EXPECT_EQ(send("GET", "/check_active", "").body, (boost::json::value{{"active", true}}));
    EXPECT_EQ(send("GET", "/control", "").status, 200U);
    EXPECT_EQ(send("GET", "/nothing", "").status, 404U);
    auto const refused = send("POST", "/control", R"({"action":"api_list_stores"})");
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(refused.body, (boost::json::value{{"status", "error"}, {"message", "Authentication required"}}));
}

TEST_F(ControlPlane, EveryActionIsRefusedToEveryRoleBelowItsOwn) {
    for (auto const rights : {role::viewer, role::operator_}) {
        auto const token = token_of(std::string(to_string(rights)));
        ASSERT_FALSE(token.empty());
        for (auto const& row : action_table()) {
            if (row.required > rights) {
                EXPECT_EQ(act(token, {{"action", row.name}}).status, 403U) << row.name;
            }
        }
    }
}

TEST_F(ControlPlane, AStoreIsMadeListedAndArchived) {
    auto const token = token_of("operator");
    ASSERT_EQ(act(token, {{"action", "api_create_store"}, {"name", "orders"}, {"description", "Orders"}}).status, 200U);
    auto const again = act(token, {{"action", "api_create_store"}, {"name", "orders"}});
    EXPECT_EQ(again.status, 409U);
    EXPECT_EQ(again.body.at("message"), "Store 'orders' already exists");
    auto const listed = act(token, {{"action", "api_list_stores"}});
    EXPECT_EQ(listed.body.at("result").at("count"), 1);
    EXPECT_EQ(listed.body.at("result").at("stores").at(0).at("description"), "Orders");
    EXPECT_TRUE(section_at(*config.snapshot(), "stores").contains("orders"));
    ASSERT_EQ(act(token, {{"action", "api_delete_store"}, {"name", "orders"}}).status, 200U);
    EXPECT_EQ(act(token, {{"action", "api_delete_store"}, {"name", "orders"}}).status, 404U);
    EXPECT_FALSE(section_at(*config.snapshot(), "stores").contains("orders"));
    EXPECT_FALSE(std::filesystem::is_empty(directory.path() / "stores" / "__archived__"));
}

TEST_F(ControlPlane, SettingsOfAStoreAreCheckedBeforeAnythingChanges) {
    auto const token = token_of("operator");
    act(token, {{"action", "api_create_store"}, {"name", "s"}});
    auto const wrong = act(token, {{"action", "api_update_store_config"}, {"name", "s"}, {"durability", "quick"}});
    EXPECT_EQ(wrong.status, 400U);
    EXPECT_EQ(wrong.body.at("message"), R"(stores.s.durability is "quick", expected "sync", "interval" or "buffered")");
    EXPECT_EQ(act(token, {{"action", "api_update_store_config"}, {"name", "s"}, {"partitions", 9}}).status, 400U);
    EXPECT_EQ(act(token, {{"action", "api_update_store_config"}, {"name", "s"}, {"colour", "red"}}).status, 400U);
    EXPECT_EQ(database->find_store("s")->options().mode, durability::sync);
    ASSERT_EQ(act(token, {{"action", "api_update_store_config"}, {"name", "s"}, {"durability", "interval"}}).status,
              200U);
    EXPECT_EQ(database->find_store("s")->options().mode, durability::interval);
}

TEST_F(ControlPlane, AJsonSchemaIsReplacedAsAWhole) {
    auto const token = token_of("operator");
    auto const set = [&](char const* action, boost::json::value const& schema) {
        return act(token, {{"action", action}, {"name", "s"}, {"schema_config", {{"json_schema", schema}}}});
    };
    ASSERT_EQ(set("api_create_store", {{"required", {"a"}}}).status, 200U);
    auto const store = database->find_store("s");
    EXPECT_FALSE(store->insert({{"b", 1}}));
    EXPECT_EQ(set("api_update_store_config", {{"requires", {"b"}}}).status, 400U);
    EXPECT_EQ(store->options().json_schema.text(), R"({"required":["a"]})");
    ASSERT_EQ(set("api_update_store_config", {{"maxProperties", 1}}).status, 200U);
    EXPECT_EQ(store->options().json_schema.text(), R"({"maxProperties":1})");
    EXPECT_TRUE(store->insert({{"b", 1}}));
    ASSERT_EQ(act(token, {{"action", "api_update_store_config"}, {"name", "s"}, {"durability", "interval"}}).status,
              200U);
    EXPECT_EQ(store->options().json_schema.text(), R"({"maxProperties":1})");
    ASSERT_EQ(set("api_update_store_config", nullptr).status, 200U);
    EXPECT_TRUE(store->options().json_schema.is_none());
}

TEST_F(ControlPlane, AWrongPasswordAndAnUnknownUserGetTheSameAnswer) {
    auto const wrong = send("POST", "/control/auth", R"({"username":"viewer","password":"nope"})");
    auto const unknown = send("POST", "/control/auth", R"({"username":"nobody","password":"nope"})");
    EXPECT_EQ(wrong.status, 401U);
    EXPECT_EQ(unknown.status, 401U);
    EXPECT_EQ(wrong.body, unknown.body);
}

TEST_F(ControlPlane, AnOldHashIsUpgradedAtTheNextLogin) {
    ASSERT_FALSE(token_of("viewer").empty());
    // The worker upgrades after it has answered; a task behind it sees that done.
    std::promise<void> after;
    ASSERT_TRUE(hashing.submit([&] { after.set_value(); }));
    after.get_future().wait();
    auto const document = config.snapshot();
    auto const hash = string_at(*document, "control_users.viewer.password_hash");
    EXPECT_TRUE(hash.starts_with("pbkdf2:sha256:600000:")) << hash;
    EXPECT_FALSE(token_of("viewer").empty());
}

TEST_F(ControlPlane, ThePanelGetsACookieThatScriptsCannotRead) {
    auto const granted = send("POST", "/auth/login", R"({"password":"panel password"})");
    ASSERT_EQ(granted.status, 200U);
    auto const* const cookie = protocol::find_header(granted.headers, "Set-Cookie");
    ASSERT_NE(cookie, nullptr);
    EXPECT_NE(cookie->find("HttpOnly; SameSite=Strict"), std::string::npos);
    auto const pair = cookie->substr(0, cookie->find(';'));
    EXPECT_EQ(send("POST", "/control", R"({"action":"api_list_control_users"})", {{"Cookie", pair}}).status, 200U);
    EXPECT_EQ(send("POST", "/auth/logout", "{}", {{"Cookie", pair}}).status, 200U);
    EXPECT_EQ(send("POST", "/control", R"({"action":"api_list_control_users"})", {{"Cookie", pair}}).status, 401U);
}

TEST_F(ControlPlane, AChangedRoleEndsTheSessionsOfTheUser) {
    auto const admin = token_of("admin");
    auto const viewer = token_of("viewer");
    ASSERT_EQ(act(viewer, {{"action", "api_list_stores"}}).status, 200U);
    ASSERT_EQ(
        act(admin, {{"action", "api_set_control_user_role"}, {"username", "viewer"}, {"role", "operator"}}).status,
        200U);
    EXPECT_EQ(act(viewer, {{"action", "api_list_stores"}}).status, 401U);
}

TEST_F(ControlPlane, StoppingTheControlServerWaitsForItsOwnAnswer) {
    auto const admin = token_of("admin");
    auto const http = act(admin, {{"action", "api_server_control"}, {"server", "http"}, {"op", "stop"}});
    EXPECT_EQ(http.body.at("result").at("deferred"), false);
    EXPECT_FALSE(listeners.running(plane::http));
    auto const control = act(admin, {{"action", "api_server_control"}, {"server", "control"}, {"op", "stop"}});
    EXPECT_EQ(control.body.at("result").at("deferred"), true);
    EXPECT_TRUE(listeners.running(plane::control));
    listeners.deferred();
    EXPECT_FALSE(listeners.running(plane::control));
    EXPECT_EQ(act(admin, {{"action", "api_server_control"}, {"server", "tape"}, {"op", "stop"}}).status, 400U);
}

TEST_F(ControlPlane, ABackupIsMadeInTheConfiguredDirectoryAndNowhereElse) {
    auto const token = token_of("operator");
    ASSERT_EQ(act(token, {{"action", "api_create_store"}, {"name", "orders"}}).status, 200U);
    auto const made = act(token, {{"action", "api_backup"}});
    ASSERT_EQ(made.status, 200U);
    EXPECT_EQ(made.body.at("result").at("generation"), 1);
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "backups" / "backup-0000000001" / "backup.json"));
    for (auto const* const target : {"../elsewhere", "/tmp/elsewhere", "a/b", "..", "segments", "backup-0000000001"}) {
        EXPECT_EQ(act(token, {{"action", "api_backup"}, {"target", target}}).status, 400U) << target;
    }
    auto const listed = act(token, {{"action", "api_list_backups"}});
    EXPECT_EQ(listed.body.at("result").at("count"), 1);
    EXPECT_EQ(listed.body.at("result").at("backups").at(0).at("finished"), true);
}

TEST_F(ControlPlane, TheStorageReportIsOfEveryStoreOrOfOne) {
    auto const token = token_of("operator");
    for (auto const* const name : {"orders", "parts"}) {
        ASSERT_EQ(act(token, {{"action", "api_create_store"}, {"name", name}}).status, 200U);
    }
    EXPECT_EQ(act(token, {{"action", "api_get_storage_report"}}).body.at("result").at("count"), 2);
    auto const one = act(token, {{"action", "api_get_storage_report"}, {"name", "parts"}});
    EXPECT_EQ(one.body.at("result").at("stores").at(0).at("name"), "parts");
    EXPECT_EQ(act(token, {{"action", "api_get_storage_report"}, {"name", "nope"}}).status, 404U);
}

TEST_F(ControlPlane, MalformedRequestsAreRefusedInASentence) {
    auto const admin = token_of("admin");
    auto const bearer = protocol::http_headers{{"Authorization", "Bearer " + admin}};
    EXPECT_EQ(send("POST", "/control", "{", bearer).status, 400U);
    EXPECT_EQ(send("POST", "/control", "[]", bearer).status, 400U);
    EXPECT_EQ(send("POST", "/control", "{}", bearer).body.at("message"), "Missing 'action' field");
    EXPECT_EQ(act(admin, {{"action", "api_compact_everything"}}).body.at("message"),
              "Unknown action: 'api_compact_everything'");
    EXPECT_EQ(act(admin, {{"action", "api_get_store_config"}, {"name", "nope"}}).body.at("message"),
              "Store 'nope' not found");
}

TEST_F(ControlPlane, EveryResponseTellsBrowsersToBeCareful) {
    for (auto const* const path : {"/", "/panel.js", "/check_active", "/nothing"}) {
        auto const response = send("GET", path, "");
        auto const* const policy = protocol::find_header(response.headers, "Content-Security-Policy");
        ASSERT_NE(policy, nullptr) << path;
        EXPECT_TRUE(policy->starts_with("default-src 'none'")) << path;
        EXPECT_NE(protocol::find_header(response.headers, "X-Content-Type-Options"), nullptr) << path;
    }
}

} // namespace
