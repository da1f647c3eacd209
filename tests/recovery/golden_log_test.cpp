// A log of format version 1 as it was first written: it is read for ever, and the same writes give the same bytes.
// MKDB_WRITE_GOLDEN=1 writes the files anew, which only a new format version may ask for.
#include "support/log_driver.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/file/posix.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace {

using namespace mkdb::testing;
using mkdb::storage::location;
using mkdb::storage::log_record;
using mkdb::storage::record_kind;

std::filesystem::path const golden = std::filesystem::path(__FILE__).parent_path().parent_path() / "golden" / "log-1";

std::string const long_value = "\"" + std::string(400, 'm') + "\"";

std::vector<std::vector<log_record>> const batches{
    {{record_kind::put, 1, 1, "prod_001", R"({"name":"Steel Bolt","price":9.99})"}},
    {{record_kind::put, 2, 2, "prod_002", R"({"name":"Widget","price":4.99})"},
     {record_kind::put, 3, 1, "prod_001", R"({"name":"Steel Bolt","price":8.5})"}},
    {{record_kind::tombstone, 4, 2, "prod_002", ""}},
    {{record_kind::put, 5, 5, "größe", R"({"text":"schön"})"}},
    {{record_kind::put, 6, 6, "long", long_value}},
};

template <class Environment>
void write_golden(Environment& machine, std::filesystem::path const& directory) {
    auto backend = log_backend<Environment>::open(machine, directory, {.segment_threshold = 1024}).value();
    std::vector<location> where(2);
    for (auto const& batch : batches) {
        backend.append(batch, std::span(where).first(batch.size())).value();
        backend.sync().value();
    }
    backend.close().value();
}

template <class Files>
std::map<std::string, std::string> written_by() {
    temporary_directory temporary;
    test_environment<Files> machine;
    auto const directory = temporary.path() / "log-1";
    machine.files.create_directories(temporary.path()).value();
    write_golden(machine, directory);
    std::map<std::string, std::string> all;
    for (auto const& name : machine.files.list(directory).value()) {
        all[name] = mkdb::file::read_whole(machine.files, directory / name).value();
    }
    return all;
}

std::map<std::string, std::string> stored() {
    std::map<std::string, std::string> all;
    for (auto const& entry : std::filesystem::directory_iterator(golden)) {
        std::ifstream in(entry.path(), std::ios::binary);
        all[entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return all;
}

/// Takes and gives at most seven bytes a call.
struct short_calls : mkdb::file::detail::posix_calls {
    static ssize_t pread(int descriptor, void* into, std::size_t size, off_t offset) noexcept {
        return ::pread(descriptor, into, std::min<std::size_t>(size, 7), offset);
    }
    static ssize_t pwrite(int descriptor, void const* from, std::size_t size, off_t offset) noexcept {
        return ::pwrite(descriptor, from, std::min<std::size_t>(size, 7), offset);
    }
};

TEST(GoldenLog, IsReadAsItWasWritten) {
    std::map<std::string, std::string> files;
    for (auto const& [name, text] : stored()) {
        files["/golden/" + name] = text;
    }
    memory_environment machine{tree_of(files), {}, mkdb::random::seeded(9)};
    auto backend = log_backend<memory_environment>::open(machine, "/golden", {}).value();
    std::vector<log_record> expected;
    for (auto const& batch : batches) {
        expected.insert(expected.end(), batch.begin(), batch.end());
    }
    std::size_t at = 0;
    ASSERT_TRUE(backend.replay([&](log_record const& each, location const& where) {
        ASSERT_LT(at, expected.size());
        EXPECT_EQ(each.kind, expected[at].kind);
        EXPECT_EQ(each.sequence, expected[at].sequence);
        EXPECT_EQ(each.created, expected[at].created);
        EXPECT_EQ(each.id, expected[at].id);
        EXPECT_EQ(each.value, expected[at].value);
        EXPECT_EQ(backend.read(where).value().value(), expected[at].value);
        ++at;
    }));
    EXPECT_EQ(at, expected.size());
    EXPECT_TRUE(backend.recovery().notes.empty());
    EXPECT_EQ(snapshot(machine.files, "/"), files) << "reading changed it";
}

TEST(GoldenLog, TheSameWritesGiveTheSameBytesOnEveryFileSystem) {
    auto const expected = stored();
    EXPECT_EQ(written_by<mkdb::file::memory>(), expected);
    EXPECT_EQ(written_by<mkdb::file::posix>(), expected);
    EXPECT_EQ(written_by<mkdb::file::basic_posix<short_calls>>(), expected);
    EXPECT_EQ(written_by<fault_file_system>(), expected);
}

TEST(GoldenLog, IsWrittenOnlyOnDemand) {
    auto const* const wanted = std::getenv("MKDB_WRITE_GOLDEN");
    if (wanted == nullptr) {
        GTEST_SKIP() << "set MKDB_WRITE_GOLDEN=1 to write tests/golden/log-1";
    }
    test_environment<mkdb::file::posix> machine;
    std::filesystem::remove_all(golden);
    write_golden(machine, golden);
}

} // namespace
