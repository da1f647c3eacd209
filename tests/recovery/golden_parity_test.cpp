// Parity of format version 1, over the golden log: it is read for ever, and the same log gives the same bytes.
// MKDB_WRITE_GOLDEN=1 writes the files anew, which only a new format version may ask for.
#include "support/parity_log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace mkdb::testing;
using file_map = std::map<std::string, std::string>;

std::filesystem::path const golden = std::filesystem::path(__FILE__).parent_path().parent_path() / "golden";

void read_into(file_map& files, std::filesystem::path const& directory) {
    for (auto const& entry : std::filesystem::directory_iterator(directory)) {
        std::ifstream in(entry.path(), std::ios::binary);
        files[(log_directory / entry.path().filename()).string()] = {std::istreambuf_iterator<char>(in), {}};
    }
}

file_map golden_log() {
    file_map files;
    read_into(files, golden / "log-1");
    return files;
}

mkdb::storage::rolling_log::options shape() {
    return {.segment_threshold = 1024, .parity_blocks = 2, .parity_block_bytes = 128};
}

file_map made() {
    auto machine = machine_with(golden_log());
    auto backend = open_protected(machine, shape()).value();
    protect_all(backend);
    return snapshot(machine.files, "/");
}

TEST(GoldenParity, TheSameLogGivesTheSameBytes) {
    auto expected = golden_log();
    read_into(expected, golden / "parity-1");
    EXPECT_EQ(expected.size(), golden_log().size() + 2);
    EXPECT_EQ(made(), expected);
}

TEST(GoldenParity, HealsWhatItWasMadeFor) {
    auto files = golden_log();
    read_into(files, golden / "parity-1");
    for (std::uint32_t number = 1; number <= 2; ++number) {
        for (std::size_t at = 0; at + 130 < files.at(segment_name(number)).size(); at += 11) {
            auto damaged = files;
            damaged[segment_name(number)].replace(at, 100, std::string(100, '#'));
            auto machine = machine_with(damaged);
            auto backend = open_protected(machine, shape()).value();
            ASSERT_TRUE(backend.replay([](auto const&...) {}));
            EXPECT_TRUE(backend.recovery().lost.empty());
            ASSERT_EQ(snapshot(machine.files, "/"), files) << "segment " << number << " at " << at;
        }
    }
}

TEST(GoldenParity, IsWrittenOnlyOnDemand) {
    auto const* const wanted = std::getenv("MKDB_WRITE_GOLDEN");
    if (wanted == nullptr) {
        GTEST_SKIP() << "set MKDB_WRITE_GOLDEN=1 to write tests/golden/parity-1";
    }
    std::filesystem::create_directories(golden / "parity-1");
    for (auto const& [name, text] : made()) {
        auto const file = std::filesystem::path(name).filename();
        if (file.string().starts_with("parity-")) {
            std::ofstream(golden / "parity-1" / file, std::ios::binary) << text;
        }
    }
}

} // namespace
