#include "config/key_tree.hpp"
#include "control/action_table.hpp"
#include "control/arguments.hpp"
#include "control/same_site.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

using namespace mkdb;
using namespace mkdb::server;

// The table of protocol.md, section 3, with those of the new actions that there are.
std::map<std::string, role> const documented = [] {
    std::map<std::string, role> table;
    for (auto const* const name :
         {"list_stores", "get_store_config", "export_store_json", "get_db_info", "get_dashboard", "get_event_log",
          "get_auth_status", "get_db_settings", "get_server_status", "list_users", "list_control_users",
          "get_rate_limit_log", "get_store_metrics", "get_all_store_metrics", "query_store", "explain_query",
          "get_data_security", "generate_id", "get_storage_report"}) {
        table.emplace(std::string("api_") + name, role::viewer);
    }
    for (auto const* const name : {"create_store", "delete_store", "update_store", "update_store_config",
                                   "reset_store_metrics", "discover_store_fields", "rebuild_store_indexes",
                                   "compact_store", "scrub_store", "create_user", "delete_user", "set_user_password",
                                   "set_user_store_access", "remove_user_store_access", "backup", "list_backups"}) {
        table.emplace(std::string("api_") + name, role::operator_);
    }
    for (auto const* const name :
         {"create_control_user", "delete_control_user", "set_control_user_password", "set_control_user_role",
          "update_server_config", "server_control", "set_auth_password", "enable_auth", "disable_auth",
          "set_auth_session_ttl", "invalidate_all_sessions", "set_data_security", "update_db_settings"}) {
        table.emplace(std::string("api_") + name, role::admin);
    }
    return table;
}();

TEST(ActionTable, HasEveryDocumentedActionWithItsRoleAndNoOther) {
    std::map<std::string, role> actual;
    for (auto const& row : action_table()) {
        EXPECT_TRUE(actual.emplace(row.name, row.required).second) << row.name << " is there twice";
        EXPECT_NE(row.run, nullptr);
    }
    EXPECT_EQ(actual, documented);
}

TEST(ActionTable, ARoleMayDoWhatItselfAndThoseBelowMay) {
    for (auto const& [name, required] : documented) {
        for (auto const rights : {role::viewer, role::operator_, role::admin}) {
            EXPECT_EQ(check_role(name, rights).has_value(), rights >= required) << name << " as " << to_string(rights);
        }
    }
}

TEST(ActionTable, ARefusalSaysWhichRoleIsNeeded) {
    auto const refused = check_role("api_create_store", role::viewer);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::permission_denied);
    EXPECT_EQ(refused.error().message, "Action 'api_create_store' requires role 'operator' (you have 'viewer')");
}

TEST(ActionTable, AnActionThatIsNotListedNeedsTheHighestRole) {
    EXPECT_FALSE(check_role("api_nonsense", role::operator_));
    EXPECT_TRUE(check_role("api_nonsense", role::admin));
    EXPECT_EQ(find_action("api_nonsense"), nullptr);
}

TEST(ActionArguments, SayWhatIsMissingOrOfTheWrongType) {
    boost::json::object const arguments{{"name", 5}, {"count", 101}, {"read", "yes"}, {"empty", ""}};
    EXPECT_EQ(text_argument(arguments, "name").error().message, "'name' must be a string");
    EXPECT_EQ(text_argument(arguments, "store").error().message, "'store' is required");
    EXPECT_EQ(text_argument(arguments, "empty").error().message, "'empty' is required");
    EXPECT_EQ(count_argument(arguments, "count", 1, 1, 100).error().message,
              "'count' must be an integer from 1 to 100");
    EXPECT_EQ(flag_argument(arguments, "read", true).error().message, "'read' must be true or false");
    EXPECT_EQ(*count_argument(arguments, "limit", 7, 1, 100), 7U);
}

protocol::http_request from(std::string const& host, std::string const& origin = {},
                            std::string const& method = "POST") {
    protocol::http_request request{
        .method = method, .target = "/control", .headers = {}, .body = {}, .remote_address = {}};
    request.headers.emplace_back("Host", host);
    if (!origin.empty()) {
        request.headers.emplace_back("Origin", origin);
    }
    return request;
}

TEST(SameSite, ForeignHostsAndOriginsAreRefused) {
    boost::json::object config;
    fill_defaults(config);
    for (auto const* const host : {"127.0.0.1:8090", "localhost:8090", "LOCALHOST", "[::1]:8090", "10.0.0.1:8090"}) {
        EXPECT_TRUE(check_same_site(from(host), config)) << host;
    }
    for (auto const* const host :
         {"evil.example", "evil.example:8090", "127.0.0.1.evil.example", "", "localhost.evil"}) {
        EXPECT_FALSE(check_same_site(from(host), config)) << host;
    }
    EXPECT_TRUE(check_same_site(from("127.0.0.1:8090", "http://127.0.0.1:8090"), config));
    for (auto const* const origin : {"http://evil.example", "http://127.0.0.1:9999", "null", "http://localhost:8090"}) {
        EXPECT_FALSE(check_same_site(from("127.0.0.1:8090", origin), config)) << origin;
    }
}

} // namespace
