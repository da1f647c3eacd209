#include "cli/command_line.hpp"
#include "cli_scripted_server.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <vector>

using namespace mkdb::cli;
using mkdb::cli::test::scripted_peer;
using mkdb::cli::test::scripted_server;
using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

namespace {

struct ended {
    int status = 0;
    std::string out;
    std::string err;
};

ended run(std::vector<char const*> arguments) {
    arguments.insert(arguments.begin(), "mkdb");
    CaptureStdout();
    CaptureStderr();
    ended how;
    how.status = run_command_line(static_cast<int>(arguments.size()), arguments.data());
    how.out = GetCapturedStdout();
    how.err = GetCapturedStderr();
    return how;
}

class CommandLine : public ::testing::Test {
protected:
    std::string file(std::string const& name, std::string const& content) const {
        auto const path = directory_ / name;
        std::ofstream(path) << content;
        return path.string();
    }

    std::string database() const {
        auto const path = (directory_ / "db").string();
        EXPECT_EQ(run({path.c_str(), "-c"}).status, 0);
        return path;
    }

    mkdb::testing::temporary_directory holder_;
    std::filesystem::path const directory_ = holder_.path();
};

char const* const commands[] = {"serve",         "init",    "import",  "export",  "get",      "set",       "delete",
                                "query",         "watch",   "compact", "user",    "user add", "user list", "user grant",
                                "user password", "migrate", "backup",  "restore", "stats"};

} // namespace

TEST_F(CommandLine, ListsEveryCommandAndHelpsWithEachByExamples) {
    auto const help = help_text();
    for (std::string const command : commands) {
        EXPECT_THAT(help_text(command), HasSubstr("Examples:\n  ")) << command;
        EXPECT_THAT(help_text(command), HasSubstr("mkdb " + command)) << command;
        if (command.find(' ') == std::string::npos) {
            EXPECT_THAT(help, HasSubstr("\n  " + command + " ")) << command;
        }
    }
    auto const asked = run({"import", "--help"});
    EXPECT_EQ(asked.status, 0);
    EXPECT_THAT(asked.out, HasSubstr("--id-field"));
    EXPECT_EQ(asked.err, "");
}

TEST_F(CommandLine, AnswersWrongUsageWithTwoAndOneSentence) {
    std::vector<std::vector<char const*>> const wrong = {
        {},
        {"--no-such-flag"},
        {"serve"},
        {"import", "x"},
        {"import", "x", "y", "z", "--format", "xml"},
        {"serve", "x", "--port", "many"},
        {"user"},
        {"user", "grant", "x", "ann", "parts", "everything"},
        {"import", "127.0.0.1:9001", "parts", "parts.csv", "--schema", "schema.json"},
        {"get", "h:1", "parts", "a", "--timeout", "0"},
    };
    for (auto const& arguments : wrong) {
        auto const how = run(arguments);
        EXPECT_EQ(how.status, 2) << how.err;
        EXPECT_EQ(how.out, "");
        EXPECT_THAT(how.err, testing::StartsWith("mkdb: "));
        EXPECT_EQ(std::ranges::count(how.err, '\n'), 1) << how.err;
    }
}

TEST_F(CommandLine, AnswersAFailureWithOneAndOneSentence) {
    auto const nowhere = (directory_ / "nothing").string();
    auto const good = file("good.jsonl", "{}\n");
    std::vector<std::vector<char const*>> const failing = {
        {"import", nowhere.c_str(), "parts", good.c_str()},
        {"export", nowhere.c_str(), "parts"},
        {"import", nowhere.c_str(), "parts", "no-such-file"},
        {"user", "list", nowhere.c_str()},
        {"compact", nowhere.c_str()},
        {"get", "127.0.0.1:1", "parts", "a"},
        {"query", "127.0.0.1:1", "parts", "{"},
        {"set", "127.0.0.1:1", "parts", "a", "[]"},
        {"get", "http://127.0.0.1:9002", "parts", "a"},
    };
    for (auto const& arguments : failing) {
        auto const how = run(arguments);
        EXPECT_EQ(how.status, 1) << how.err;
        EXPECT_EQ(how.out, "");
        EXPECT_THAT(how.err, testing::StartsWith("mkdb: "));
        EXPECT_EQ(std::ranges::count(how.err, '\n'), 1) << how.err;
    }
    EXPECT_FALSE(std::filesystem::exists(nowhere));
}

TEST_F(CommandLine, ImportsWhatItCanAndListsTheRest) {
    auto const db = database();
    auto const bad =
        file("bad.jsonl", "{\"_id\":\"a\",\"n\":1}\n{\"n\":\n[]\n{\"_id\":\"b\",\"n\":9999999999999999999}\n");
    auto const how = run({"import", db.c_str(), "parts", bad.c_str(), "--max-errors", "1"});
    EXPECT_EQ(how.status, 1);
    EXPECT_THAT(how.out, HasSubstr("Imported 2 records"));
    EXPECT_THAT(how.out, HasSubstr("refused 2"));
    EXPECT_THAT(how.err, HasSubstr("line 2: JSON"));
    EXPECT_THAT(how.err, HasSubstr("1 more"));
    auto const exported = run({"export", db.c_str(), "parts"});
    EXPECT_EQ(exported.status, 0) << exported.err;
    EXPECT_THAT(exported.out, HasSubstr("{\"_id\":\"a\",\"n\":1}\n"));
    EXPECT_THAT(exported.out, HasSubstr("{\"_id\":\"b\",\"n\":9999999999999999999}\n"));
}

TEST_F(CommandLine, TakesTheFormatThatItIsTold) {
    auto const db = database();
    auto const records = file("parts.txt", "sku,n\nx,1\n");
    auto const how = run({"import", db.c_str(), "parts", records.c_str(), "--format", "csv", "--id-field", "sku"});
    EXPECT_EQ(how.status, 0) << how.err;
    EXPECT_THAT(run({"export", db.c_str(), "parts"}).out, HasSubstr("{\"_id\":\"x\","));
    EXPECT_THAT(run({"import", db.c_str(), "parts", records.c_str(), "--format", "xml"}).err, HasSubstr("xml"));
}

TEST_F(CommandLine, AnIdFieldThatNoColumnHasIsRefused) {
    auto const db = database();
    auto const records = file("parts.csv", "sku,n\nx,1\n");
    auto const how = run({"import", db.c_str(), "parts", records.c_str(), "--id-field", "key"});
    EXPECT_EQ(how.status, 1);
    EXPECT_THAT(how.err, HasSubstr("no column is named 'key', which is to hold the id: there are sku, n"));
}

TEST_F(CommandLine, AnOptionTakesNothingThatFollowsItsValue) {
    auto const query = [](std::vector<char const*> rest) {
        rest.insert(rest.begin(), {"query", "127.0.0.1:1", "parts"});
        return run(rest);
    };
    EXPECT_THAT(query({"--sort", "-n", "{"}).err, HasSubstr("JSON"));
    EXPECT_EQ(query({"--limit", "-1"}).status, 2);
    EXPECT_EQ(query({"--offset", "-1"}).status, 2);
    EXPECT_THAT(query({"--fields", "n", "{"}).err, HasSubstr("JSON"));
    EXPECT_EQ(run({"set", "127.0.0.1:1", "parts", "a", "{}", "--if-revision", "-1"}).status, 2);
}

TEST_F(CommandLine, RefusesWhatAQueryCannotBeBoth) {
    auto const both = [](std::vector<char const*> options) {
        options.insert(options.begin(), {"query", "127.0.0.1:1", "parts"});
        return run(options);
    };
    EXPECT_EQ(both({"--ids", "--fields", "n"}).status, 2);
    // A cursor is after what an offset skips: the same command with its next page's cursor would skip again.
    auto const how = both({"--offset", "2", "--cursor", "{}"});
    EXPECT_EQ(how.status, 2);
    EXPECT_THAT(how.err, testing::AllOf(HasSubstr("--offset"), HasSubstr("--cursor")));
}

TEST_F(CommandLine, AsksForWhatAQueryIsGivenAndPrintsTheWholeAnswer) {
    auto const asked_with = [](std::vector<char const*> options) {
        std::string asked;
        ended how;
        {
            scripted_server server([&](scripted_peer& peer) {
                peer.log_in();
                asked = peer.hear();
                peer.say(R"({"type":"response","id":"1","status":"ok","data":{"total_matches":7,"ids":[]}})");
            });
            auto const url = server.address().shown();
            options.insert(options.begin(), {"query", url.c_str(), "parts"});
            how = run(options);
        }
        EXPECT_EQ(how.status, 0) << how.err;
        EXPECT_EQ(how.out, "{\"total_matches\":7,\"ids\":[]}\n");
        return asked;
    };
    EXPECT_EQ(asked_with({}),
              R"({"action":"query","filter":{},"hydrate":true,"store":"parts","type":"request","id":"1"})");
    EXPECT_EQ(asked_with({"--sort", "-n", "--fields", "n", "--fields", "size.x", "--cursor", "{\"id\":\"a\"}"}),
              R"({"action":"query","filter":{},"hydrate":true,"sort":["-n"],"fields":["n","size.x"],)"
              R"("cursor":"{\"id\":\"a\"}","store":"parts","type":"request","id":"1"})");
    EXPECT_EQ(asked_with({"--count"}), R"({"action":"query","filter":{},"hydrate":false,"count_only":true,)"
                                       R"("store":"parts","type":"request","id":"1"})");
}

TEST_F(CommandLine, GivesANewStoreItsSchemaAndRefusesItForOneThatIsThere) {
    auto const db = database();
    auto const records = file("parts.csv", "sku,n\nx,1\ny,2\n");
    auto const schema = file("schema.json", R"({"fields":{"n":{"queryable":"numeric"}}})");
    auto const import = [&] {
        return run({"import", db.c_str(), "parts", records.c_str(), "--id-field", "sku", "--schema", schema.c_str(),
                    "--json"});
    };
    auto const first = import();
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr(R"({"imported":2,"refused":0,)"));
    auto const second = import();
    EXPECT_EQ(second.status, 1);
    EXPECT_THAT(second.err, HasSubstr("Store 'parts' is there already"));
}

TEST_F(CommandLine, RefusesABadSchemaAndMakesNoStore) {
    auto const db = database();
    auto const records = file("parts.jsonl", "{}\n");
    for (auto const* const schema : {R"({"fields":{"n":{"queryable":"psychic"}}})", R"({"n":5})", "{"}) {
        auto const path = file("schema.json", schema);
        EXPECT_EQ(run({"import", db.c_str(), "parts", records.c_str(), "--schema", path.c_str()}).status, 1) << schema;
    }
    EXPECT_THAT(run({"export", db.c_str(), "parts"}).err, HasSubstr(db + " has no store 'parts'; it has none yet"));
}

TEST_F(CommandLine, CompactsTheStoresOfADirectory) {
    auto const db = database();
    auto const records = file("parts.csv", "sku,n\nx,1\ny,2\n");
    for (int round = 0; round < 9; ++round) {
        EXPECT_EQ(run({"import", db.c_str(), "parts", records.c_str(), "--id-field", "sku"}).status, 0);
    }
    auto const first = run({"compact", db.c_str(), "parts", "--json"});
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr(R"({"stores":[{"store":"parts","segments_in":)"));
    EXPECT_THAT(first.out, testing::Not(HasSubstr(R"("segments_in":0,)")));
    EXPECT_EQ(run({"compact", db.c_str()}).out, "Store 'parts': nothing is worth compacting.\n");
    EXPECT_THAT(run({"export", db.c_str(), "parts"}).out, HasSubstr(R"({"_id":"y","sku":"y","n":2})"));
    EXPECT_THAT(run({"compact", db.c_str(), "nuts"}).err, HasSubstr("has no store 'nuts'; it has parts"));
}

TEST_F(CommandLine, KeepsUsersInTheConfigurationOfADirectory) {
    auto const db = database();
    ::setenv("MKDB_PASSWORD", "secret-enough", 1);
    EXPECT_EQ(run({"user", "add", db.c_str(), "ann"}).status, 0);
    EXPECT_THAT(run({"user", "add", db.c_str(), "ann"}).err, HasSubstr("already exists"));
    EXPECT_EQ(run({"user", "grant", db.c_str(), "ann", "parts", "rw"}).status, 0);
    EXPECT_EQ(run({"user", "password", db.c_str(), "ann"}).status, 0);
    EXPECT_THAT(run({"user", "password", db.c_str(), "bob"}).err, HasSubstr("User 'bob' not found"));
    ::setenv("MKDB_PASSWORD", "short", 1);
    EXPECT_EQ(run({"user", "password", db.c_str(), "ann"}).status, 1);
    ::unsetenv("MKDB_PASSWORD");
    EXPECT_EQ(run({"user", "list", db.c_str()}).out, "ann  parts:rw\n");
    EXPECT_EQ(run({"user", "list", db.c_str(), "--json"}).out,
              "[{\"username\":\"ann\",\"stores\":{\"parts\":{\"read\":true,\"write\":true}}}]\n");
    EXPECT_EQ(run({"user", "grant", db.c_str(), "ann", "parts", "none"}).status, 0);
    EXPECT_EQ(run({"user", "list", db.c_str()}).out, "ann\n");
}

TEST_F(CommandLine, MakesADatabaseOnceAndShowsThePasswordThatItMade) {
    auto const db = (directory_ / "made").string();
    ::setenv("MKDB_PASSWORD", "admin-password", 1);
    auto const given = run({"init", db.c_str(), "--json"});
    ::unsetenv("MKDB_PASSWORD");
    EXPECT_EQ(given.status, 0) << given.err;
    EXPECT_THAT(given.out, HasSubstr(R"("username":"admin")"));
    EXPECT_THAT(given.out, testing::Not(HasSubstr("password")));
    auto const again = run({"init", db.c_str()});
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(again.err, HasSubstr("is there already and was left as it is"));
    EXPECT_EQ(run({db.c_str(), "-c"}).status, 1);
}
