#include "unit/query/query_support.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

/// The lines of the guide's fenced blocks of one kind, block by block.
std::vector<std::vector<std::string>> blocks(std::string const& fence) {
    auto const root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
    std::ifstream guide(root / "docs" / "guides" / "query-language.md");
    std::vector<std::vector<std::string>> found;
    bool inside = false;
    for (std::string line; std::getline(guide, line);) {
        if (line == "```" + fence) {
            found.emplace_back();
            inside = true;
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            found.back().push_back(line);
        }
    }
    return found;
}

TEST(QueryGuide, ShowsRequestsThatAreUnderstood) {
    auto const examples = blocks("json");
    EXPECT_GE(examples.size(), 6U);
    for (auto const& block : examples) {
        for (auto const& line : block) {
            EXPECT_EQ(mkdb_test::refusal(line), "understood") << line;
        }
    }
}

TEST(QueryGuide, ShowsRefusalsAsTheyAre) {
    auto const examples = blocks("json refused");
    EXPECT_GE(examples.size(), 3U);
    for (auto const& block : examples) {
        ASSERT_EQ(block.size(), 2U);
        EXPECT_EQ(mkdb_test::refusal(block[0]), block[1]);
    }
}

} // namespace
