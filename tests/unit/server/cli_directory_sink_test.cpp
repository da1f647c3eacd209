#include "cli/directory_sink.hpp"
#include "config/config_file.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace {

using namespace mkdb;
using ::testing::HasSubstr;

class DirectorySink : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    cli::import_tally tally{100};

    void SetUp() override {
        boost::json::object document;
        server::fill_defaults(document);
        file::posix files;
        ASSERT_TRUE(server::config_file<file::posix>(files, directory.path()).save(document));
    }

    result<std::unique_ptr<cli::import_sink>> open(std::optional<boost::json::object> const& schema) {
        return cli::directory_sink::open(directory.path(), "s", "id", schema, tally);
    }
};

TEST_F(DirectorySink, RefusesTheRecordsThatBreakTheJsonSchemaAndStoresTheOthers) {
    boost::json::object const schema{{"json_schema", {{"properties", {{"n", {{"maximum", 3}}}}}, {"required", {"n"}}}}};
    auto const sink = open(schema);
    ASSERT_TRUE(sink) << sink.error().message;
    for (int line = 1; line <= 100; ++line) {
        auto const n = std::to_string(line % 5);
        ASSERT_TRUE((*sink)->submit(static_cast<std::uint64_t>(line),
                                    R"({"id":)" + std::to_string(line) + R"(,"n":)" + n + "}"));
    }
    ASSERT_TRUE((*sink)->submit(101, R"({"id":"none"})"));
    ASSERT_TRUE((*sink)->finish());
    EXPECT_EQ(tally.stored_count(), 80U);
    EXPECT_EQ(tally.refused_count(), 21U);
    EXPECT_THAT(tally.refusals_text(),
                HasSubstr("line 4: Record '4': field 'n': expected a number of at most 3, found 4\n"));
}

TEST_F(DirectorySink, KeepsTheJsonSchemaForTheNextImport) {
    { ASSERT_TRUE((*open(boost::json::object{{"json_schema", {{"required", {"n"}}}}}))->finish()); }
    auto const sink = open(std::nullopt);
    ASSERT_TRUE(sink) << sink.error().message;
    ASSERT_TRUE((*sink)->submit(1, R"({"id":"a"})"));
    ASSERT_TRUE((*sink)->finish());
    EXPECT_EQ(tally.refusals_text(), "line 1: Record 'a': field 'n': expected a value, found none\n");
}

TEST_F(DirectorySink, MakesNoStoreWithWhatIsNoJsonSchema) {
    auto const sink = open(boost::json::object{{"json_schema", {{"requires", {"n"}}}}});
    ASSERT_FALSE(sink);
    EXPECT_THAT(sink.error().message, HasSubstr(R"(JSON Schema at "": unknown keyword "requires")"));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "stores" / "s"));
}

} // namespace
