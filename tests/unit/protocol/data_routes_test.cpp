#include "support/data_plane.hpp"

#include <mkdb/protocol/data_routes.hpp>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace mkdb;
using protocol::find_header;
using protocol::http_headers;
using protocol::http_response;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class choosy_limiter final : public service::rate_limiter {
public:
    std::optional<std::chrono::seconds> refuse(std::string_view address, std::string_view store,
                                               std::string_view path) override {
        asked.push_back(std::string(address) + " " + std::string(store) + " " + std::string(path));
        return refuses && store == *refuses ? std::optional(std::chrono::seconds(3)) : std::nullopt;
    }
    std::optional<std::string> refuses;
    std::vector<std::string> asked;
};

struct DataRoutes : ::testing::Test, mkdb::testing::data_plane_fixture {
    choosy_limiter limiter;
    protocol::data_routes_options options{{}, "export const client = 1;"};

    http_response ask(std::string method, std::string target, std::string body = {}, http_headers headers = {}) {
        protocol::data_routes routes({actions, access, metrics, limiter}, options);
        std::optional<http_response> got;
        routes.handle({std::move(method), std::move(target), std::move(headers), std::move(body), "10.0.0.1"},
                      [&](http_response response) { got = std::move(response); });
        EXPECT_TRUE(got);
        return *std::move(got);
    }
    static std::string header(http_response const& response, std::string_view name) {
        auto const* const value = find_header(response.headers, name);
        return value == nullptr ? "(none)" : *value;
    }
    void users() { access.users["anna"] = {"secret", {"products"}, {"products"}}; }
    static http_headers anna() { return {{"Authorization", "Basic YW5uYTpzZWNyZXQ="}}; }
};

TEST_F(DataRoutes, SayThatTheServerIsHealthy) {
    access.protect_reads = true;
    users();
    limiter.refuses = "";
    auto const response = ask("GET", "/health", {}, {{"Authorization", "Basic wrong"}});
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"status":"ok","data":{"status":"ok"}})");
}

TEST_F(DataRoutes, ListStores) {
    auto const response = ask("GET", "/data?x=1");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"status":"ok","data":[{"name":"products","record_count":1}]})");
    EXPECT_EQ(header(response, "Content-Type"), "application/json; charset=utf-8");
}

TEST_F(DataRoutes, ReadRecords) {
    auto const response = ask("GET", "/data/products/bolt");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"status":"ok","data":{"_id":"bolt","price":2.5,"name":"Bolt"},"revision":7})");
    EXPECT_EQ(header(response, "ETag"), "\"7\"");
    EXPECT_EQ(ask("HEAD", "/data/products/bolt").status, 200U);
    auto const unchanged = ask("GET", "/data/products/bolt", {}, {{"If-None-Match", "\"7\""}});
    EXPECT_EQ(unchanged.status, 304U);
    EXPECT_EQ(unchanged.body, "");
}

TEST_F(DataRoutes, DecodeStoresAndIdsInPaths) {
    products->put("a/b c?ä", R"({"x":1})");
    EXPECT_EQ(ask("GET", "/data/products/a%2Fb%20c%3F%C3%A4").body,
              R"({"status":"ok","data":{"_id":"a/b c?ä","x":1},"revision":1})");
    EXPECT_EQ(ask("GET", "/data/products/%zz").status, 400U);
    EXPECT_EQ(ask("GET", "/data/products/%FF").status, 400U);
    EXPECT_EQ(ask("GET", "/data/products/").status, 400U);
    EXPECT_EQ(ask("GET", "/data/products").status, 404U);
    EXPECT_EQ(ask("GET", "/data/products/a/b").status, 404U);
}

TEST_F(DataRoutes, WriteRecords) {
    auto const response = ask("POST", "/data", R"({"store":"products","record_id":"bolt","delta":{"price":3}})");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"status":"ok","data":{"record_id":"bolt"},"revision":8})");
    EXPECT_EQ(ask("POST", "/data", R"({"store":"products","delta":{}})").status, 200U);
    EXPECT_EQ(ask("POST", "/data", R"({"store":"products","record_id":"bolt","delta":{},"if_revision":7})").status,
              412U);
}

TEST_F(DataRoutes, DeleteRecords) {
    EXPECT_EQ(ask("DELETE", "/data/products/bolt", {}, {{"If-Match", "\"6\""}}).status, 412U);
    EXPECT_EQ(ask("DELETE", "/data/products/bolt", {}, {{"If-Match", "7"}}).status, 400U);
    EXPECT_EQ(ask("DELETE", "/data/products/bolt", {}, {{"If-Match", "\"7\""}}).body,
              R"({"status":"ok","data":{"record_id":"bolt"}})");
    EXPECT_EQ(ask("DELETE", "/data/products/bolt").status, 200U);
}

TEST_F(DataRoutes, TakeBatches) {
    auto const operations = R"([{"op":"write","record_id":"a","delta":{}},{"op":"delete","record_id":"bolt"}])";
    EXPECT_EQ(ask("POST", "/batch", std::string(R"({"store":"products","operations":)") + operations + "}").body,
              R"({"status":"ok","data":{"record_ids":["a","bolt"],"revisions":[1,0]}})");
}

TEST_F(DataRoutes, RunQueries) {
    auto const response = ask("POST", "/query", R"({"store":"products","filter":{},"hydrate":true})");
    EXPECT_EQ(response.status, 200U);
    EXPECT_THAT(response.body, HasSubstr(R"("data":{"count":1,"total_matches":1,"records":[{"_id":"bolt")"));
}

struct failure_row {
    char const* method;
    char const* target;
    char const* body;
    unsigned status;
    char const* message;
};

TEST_F(DataRoutes, AnswerFailuresWithTheirStatus) {
    for (auto const& row : std::vector<failure_row>{
             {"GET", "/", "", 404, "Not found"},
             {"GET", "/batch", "", 405, "GET is not allowed here"},
             {"POST", "/batch", R"({"store":"products"})", 400, "'operations' must be a list"},
             {"GET", "/batches", "", 404, "Not found"},
             {"GET", "/data/none/a", "", 404, "Store 'none' not found"},
             {"GET", "/data/products/x", "", 404, "Record 'x' not found in store 'products'"},
             {"POST", "/data", R"({"store":"products","delta":5})", 400, "'delta' must be a JSON object"},
             {"POST", "/data", R"({"delta":{}})", 400, "'store' is required"},
             {"POST", "/query", R"({"store":"products","filter":5})", 400, "'filter' must be a JSON object"},
             {"POST", "/query", R"({"store":"products","filter":{"bad":1}})", 400,
              "Query syntax error: unknown operator"},
             {"POST", "/query", R"([])", 400, "The body must be a JSON object: JSON must be an object"},
             {"PUT", "/data", "{}", 405, "PUT is not allowed here"},
             {"DELETE", "/query", "", 405, "DELETE is not allowed here"},
         }) {
        auto const response = ask(row.method, row.target, row.body);
        EXPECT_EQ(response.status, row.status) << row.target;
        EXPECT_EQ(boost::json::parse(response.body),
                  (boost::json::object{{"status", "error"}, {"message", row.message}, {"code", row.status}}));
    }
    EXPECT_THAT(ask("POST", "/data", "{nonsense").body, HasSubstr("The body must be a JSON object: "));
    EXPECT_EQ(header(ask("PUT", "/data/products/bolt", "{}"), "Allow"), "GET, HEAD, DELETE, OPTIONS");
}

TEST_F(DataRoutes, TellTheKindsOfStorageFailureApart) {
    for (auto const& [code, status] : std::vector<std::pair<errc, unsigned>>{{errc::query_timeout, 408},
                                                                             {errc::no_space, 503},
                                                                             {errc::read_only, 503},
                                                                             {errc::closed, 503},
                                                                             {errc::corrupt_record, 500},
                                                                             {errc::limit_exceeded, 400},
                                                                             {errc::store_exists, 409},
                                                                             {errc::value_taken, 409},
                                                                             {errc::outcome_unknown, 503}}) {
        products->write_failure = fail(code, "for a test");
        EXPECT_EQ(ask("POST", "/data", R"({"store":"products","delta":{}})").status, status);
    }
}

TEST_F(DataRoutes, AskForCredentials) {
    users();
    auto const refused = ask("POST", "/data", R"({"store":"products","delta":{}})");
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(header(refused, "WWW-Authenticate"), R"(Basic realm="MkDB", charset="UTF-8")");
    EXPECT_EQ(ask("DELETE", "/data/products/bolt").status, 401U);
    EXPECT_EQ(ask("POST", "/data", R"({"store":"products","delta":{}})", anna()).status, 200U);
    auto const wrong = ask("GET", "/data", {}, {{"Authorization", "Basic YW5uYTp3cm9uZw=="}});
    EXPECT_EQ(wrong.status, 401U);
    EXPECT_THAT(wrong.body, HasSubstr("Invalid credentials"));
    EXPECT_EQ(ask("GET", "/data", {}, {{"Authorization", "Bearer abc"}}).status, 401U);
}

TEST_F(DataRoutes, RefuseWhatIsNotAllowed) {
    users();
    static_cast<void>(database.create_store("orders", {}));
    auto const refused = ask("POST", "/data", R"({"store":"orders","delta":{}})", anna());
    EXPECT_EQ(refused.status, 403U);
    EXPECT_THAT(refused.body, HasSubstr("No access to store 'orders'"));
}

TEST_F(DataRoutes, LimitTheRate) {
    limiter.refuses = "";
    auto const all = ask("GET", "/data?x");
    EXPECT_EQ(all.status, 429U);
    EXPECT_EQ(header(all, "Retry-After"), "3");
    EXPECT_THAT(limiter.asked, ElementsAre("10.0.0.1  /data"));
    limiter.refuses = "products";
    EXPECT_EQ(ask("GET", "/data/products/bolt").status, 429U);
    EXPECT_EQ(ask("POST", "/query", R"({"store":"products"})").status, 429U);
    EXPECT_EQ(ask("GET", "/data").status, 200U);
    EXPECT_THAT(metrics.limited(), ElementsAre("", "products", "products"));
}

TEST_F(DataRoutes, ServeTheClientScript) {
    auto const response = ask("GET", "/mkdb-client.js");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, "export const client = 1;");
    EXPECT_EQ(header(response, "Content-Type"), "text/javascript; charset=utf-8");
    auto const tag = header(response, "ETag");
    EXPECT_EQ(ask("GET", "/mkdb-client.js", {}, {{"If-None-Match", tag}}).status, 304U);
    EXPECT_EQ(ask("GET", "/mkdb-client.js", {}, {{"If-None-Match", "\"other\""}}).status, 200U);
    options.client_script.clear();
    EXPECT_EQ(ask("GET", "/mkdb-client.js").status, 404U);
}

TEST_F(DataRoutes, AnswerPreflightsAsConfigured) {
    http_headers const origin{{"Origin", "http://app.example"}};
    EXPECT_EQ(ask("OPTIONS", "/data", {}, origin).status, 204U);
    EXPECT_EQ(header(ask("OPTIONS", "*", {}, origin), "Access-Control-Allow-Origin"), "(none)");
    options.cors.enabled = true;
    auto const any = ask("OPTIONS", "/data", {}, origin);
    EXPECT_EQ(header(any, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(header(any, "Access-Control-Allow-Methods"), "GET, POST, DELETE, OPTIONS");
    EXPECT_EQ(header(any, "Access-Control-Allow-Headers"), "Content-Type, Authorization, X-Requested-With");
    EXPECT_EQ(header(any, "Access-Control-Max-Age"), "86400");
    options.cors.credentials = true;
    EXPECT_EQ(header(ask("GET", "/data", {}, origin), "Access-Control-Allow-Credentials"), "(none)");
    options.cors.origins = {"http://app.example"};
    auto const listed = ask("GET", "/data", {}, origin);
    EXPECT_EQ(header(listed, "Access-Control-Allow-Origin"), "http://app.example");
    EXPECT_EQ(header(listed, "Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(header(listed, "Vary"), "Origin");
    auto const other = ask("OPTIONS", "/data", {}, {{"Origin", "http://evil.example"}});
    EXPECT_EQ(header(other, "Access-Control-Allow-Origin"), "(none)");
    EXPECT_EQ(header(other, "Access-Control-Allow-Methods"), "(none)");
}

TEST_F(DataRoutes, LetNoForeignPageWrite) {
    std::string const write = R"({"store":"products","delta":{}})";
    EXPECT_EQ(ask("POST", "/data", write, {{"Host", "127.0.0.1:9002"}, {"Origin", "http://evil.example"}}).status,
              403U);
    EXPECT_EQ(ask("POST", "/data", write, {{"Host", "127.0.0.1:9002"}, {"Origin", "null"}}).status, 403U);
    EXPECT_EQ(ask("POST", "/data", write, {{"Host", "127.0.0.1:9002"}, {"Origin", "http://127.0.0.1:9002"}}).status,
              200U);
    options.cors = {.enabled = true, .origins = {"http://app.example"}};
    EXPECT_EQ(ask("POST", "/data", write, {{"Host", "127.0.0.1:9002"}, {"Origin", "http://app.example"}}).status, 200U);
}

TEST_F(DataRoutes, ReportWhatTheyMeasure) {
    ask("GET", "/data/products/bolt", {}, {{"X-Client", "shop"}});
    ask("POST", "/query", R"({"store":"none"})");
    auto const rows = metrics.requests();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].transport, service::plane::http);
    EXPECT_EQ(rows[0].what, service::action::read);
    EXPECT_EQ(rows[0].store, "products");
    EXPECT_EQ(rows[0].client, "shop");
    EXPECT_EQ(rows[1].client, "10.0.0.1");
    EXPECT_EQ(rows[1].bytes_in, 16U);
    EXPECT_EQ(rows[1].failure, "Store 'none' not found");
}

} // namespace
