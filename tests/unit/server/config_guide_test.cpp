#include "config/key_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <source_location>
#include <string>

namespace {

using namespace mkdb::server;

/// The row of docs/guides/configuration.md that a key has.
std::string row_of(key_description const& key) {
    std::string path(key.path);
    for (auto star = path.find('*'); star != std::string::npos; star = path.find('*')) {
        path.replace(star, 1, path.starts_with("stores") && path.find("fields.") < star ? "FIELD" : "NAME");
    }
    return "| `" + path + "` | `" + std::string(key.fallback) + "` | " + std::string(key.purpose) + " |";
}

TEST(ConfigGuide, HasARowForEveryKeyAsTheProgramKnowsIt) {
    std::string const here = std::source_location::current().file_name();
    std::ifstream file(here.substr(0, here.find("tests/unit/server")) + "docs/guides/configuration.md");
    std::string const guide(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(guide.empty());
    for (auto const& key : config_keys()) {
        EXPECT_NE(guide.find(row_of(key)), std::string::npos) << "missing: " << row_of(key);
    }
}

} // namespace
