// A store full of faults is scrubbed by a process that is killed on the way, and by another that goes on, on a real
// disk. MKDB_SCRUB_MIB says how large it is, MKDB_SCRUB_FAULTS how much of it is damaged.
#include "support/temporary_directory.hpp"

#include <mkdb/core/checksum.hpp>
#include <mkdb/log/parity_layout.hpp>
#include <mkdb/mkdb.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

constexpr std::uint32_t block_bytes = 4096;
constexpr std::uint32_t budget = 10; ///< Blocks that a stripe may lose.

std::uint64_t number_from(char const* variable, std::uint64_t otherwise) {
    auto const* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct planted_fault {
    fs::path file;
    std::uint64_t offset = 0;
    char right = 0;
};

class ScrubPass : public testing::Test {
protected:
    ScrubPass() : seed_(number_from("MKDB_SEED", std::random_device{}())), chance_(seed_) {
        std::cout << "MKDB_SEED=" << seed_ << std::endl;
        fill();
        for (auto const& file : files()) {
            whole_[file] = hash_of(file);
            bytes_ += fs::file_size(file);
        }
    }

    [[nodiscard]] mkdb::storage::rolling_log::options log_options() const {
        return {.segment_threshold = std::clamp<std::uint64_t>(wanted_ / 24, mkdb::mebibyte, 50 * mkdb::mebibyte)};
    }

    [[nodiscard]] std::shared_ptr<mkdb::store> open(mkdb::store_options const& wanted) {
        database_ = mkdb::database::open(directory_.path()).value();
        return database_->open_store("s", wanted, log_options()).value();
    }

    void close() { database_.reset(); }

    /// Changes bytes of so many blocks of segments, never more of one stripe than come back, and of a parity file one.
    std::vector<planted_fault> plant(std::uint64_t count) {
        std::vector<planted_fault> planted;
        std::map<std::pair<fs::path, std::uint64_t>, std::set<std::uint64_t>> lost; // Blocks by file and stripe.
        std::vector<fs::path> const all = files();
        while (planted.size() < count) {
            auto const& file = all[chance_() % all.size()];
            auto const size = fs::file_size(file);
            auto const offset = chance_() % size;
            bool const parity = file.filename().string().starts_with("parity-");
            auto const layout = mkdb::log::plan_parity(size, budget, block_bytes);
            auto const stripe = parity ? 0 : offset / block_bytes % layout.stripes();
            auto& blocks = lost[{file, stripe}];
            // One is left for the parity file's own.
            if (blocks.size() < (parity ? 1 : budget - 1) && blocks.insert(offset / block_bytes).second) {
                planted.push_back({file, offset, flip(file, offset)});
            }
        }
        return planted;
    }

    [[nodiscard]] static bool is_mended(planted_fault const& fault) {
        std::ifstream in(fault.file, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(fault.offset));
        return static_cast<char>(in.get()) == fault.right;
    }

    [[nodiscard]] mkdb::scrub_progress progress() const {
        mkdb::file::posix disk;
        return mkdb::load_progress(disk, directory_.path() / "stores" / "s");
    }

    /// Another process scrubs until the pass has come to the second partition, and is killed there.
    void scrub_until_killed() {
        auto const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto const store = open({.partitions = 2, .scrub_interval = 1ms, .scrub_bytes_per_second = bytes_ / 4});
            while (store->statistics().scrub.passes == 0) {
                std::this_thread::sleep_for(1ms);
            }
            ::_exit(1); // Too late to be killed on the way.
        }
        int status = 0;
        while (progress().partition == 0 && ::waitpid(child, &status, WNOHANG) == 0) {
            std::this_thread::sleep_for(1ms);
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the pass was over before";
    }

    /// The time within which 99 of 100 reads are answered, over at least so many, for as long as `more()`.
    template <class More>
    [[nodiscard]] std::chrono::nanoseconds p99_of_reads(mkdb::store const& store, std::size_t least, More const& more) {
        std::vector<std::chrono::nanoseconds> times;
        while (times.size() < least || more()) {
            auto const id = id_of(chance_() % records_);
            auto const started = clock_type::now();
            EXPECT_TRUE(store.read(id)) << id;
            times.push_back(clock_type::now() - started);
        }
        auto const at = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
        std::ranges::nth_element(times, at);
        return *at;
    }

    void expect_all_is_as_it_was() const {
        for (auto const& [file, hash] : whole_) {
            EXPECT_EQ(hash_of(file), hash) << file;
        }
    }

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    [[nodiscard]] static std::string id_of(std::uint64_t number) { return "record-" + std::to_string(number); }

    void fill() {
        auto const store = [&] {
            database_ = mkdb::database::open(directory_.path()).value();
            return database_->create_store("s", {.partitions = 2, .mode = mkdb::durability::buffered}, log_options())
                .value();
        }();
        std::string text(4000, ' ');
        for (; records_ * text.size() < wanted_; ++records_) {
            std::ranges::generate(text, [this] { return static_cast<char>('a' + chance_() % 26); });
            store->write({.id = id_of(records_), .delta = {{"text", text}}}).value();
        }
        store->checkpoint().value(); // Ends what is being written.
        store->scrub().value();      // Makes the parity that is missing.
        ASSERT_EQ(store->statistics().storage.unprotected_bytes, 0U);
        close();
    }

    [[nodiscard]] std::vector<fs::path> files() const {
        std::vector<fs::path> found;
        for (auto const& each : fs::recursive_directory_iterator(directory_.path() / "stores" / "s")) {
            auto const name = each.path().filename().string();
            if (name.starts_with("segment-") || name.starts_with("parity-")) {
                found.push_back(each.path());
            }
        }
        std::ranges::sort(found);
        return found;
    }

    [[nodiscard]] static std::uint64_t hash_of(fs::path const& file) {
        std::ifstream in(file, std::ios::binary);
        return mkdb::hash64(std::string(std::istreambuf_iterator<char>(in), {}), 0);
    }

    /// Returns what the byte was.
    static char flip(fs::path const& file, std::uint64_t offset) {
        std::fstream both(file, std::ios::binary | std::ios::in | std::ios::out);
        both.seekg(static_cast<std::streamoff>(offset));
        auto const right = static_cast<char>(both.get());
        both.seekp(static_cast<std::streamoff>(offset));
        both.put(static_cast<char>(right ^ 0x21));
        return right;
    }

    std::uint64_t wanted_ = number_from("MKDB_SCRUB_MIB", 24) * mkdb::mebibyte;
    std::uint64_t seed_;
    std::mt19937_64 chance_;
    mkdb::testing::temporary_directory directory_;
    std::unique_ptr<mkdb::database> database_;
    std::uint64_t records_ = 0;
    std::map<fs::path, std::uint64_t> whole_;
    std::uint64_t bytes_ = 0;
};

TEST_F(ScrubPass, FindsEveryFaultThoughItIsKilledOnTheWay) {
    auto const faults = plant(number_from("MKDB_SCRUB_FAULTS", 40));
    scrub_until_killed();
    auto const mended_before = static_cast<std::uint64_t>(std::ranges::count_if(faults, is_mended));
    EXPECT_GT(mended_before, 0U);
    EXPECT_LT(mended_before, faults.size());

    mkdb::store_options wanted{.partitions = 2, .scrub_interval = 1s};
    auto const store = open(wanted);
    auto const beside = p99_of_reads(*store, 1000, [&] { return store->statistics().scrub.passes == 0; });
    auto const pass = store->statistics().scrub;
    wanted.scrub_interval = 0ms;
    store->reconfigure(wanted).value();
    auto const alone = p99_of_reads(*store, 100000, [] { return false; });
    std::cout << "p99 of reads: " << beside.count() << " ns beside the scrub, " << alone.count() << " ns alone\n";

    EXPECT_EQ(pass.passes, 1U);
    EXPECT_LT(pass.bytes, bytes() * 3 / 4) << "it did not go on where the first had come";
    EXPECT_EQ(pass.unrecoverable_segments, 0U);
    while (store->statistics().storage.unprotected_bytes > 0) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_EQ(std::ranges::count_if(faults, is_mended), faults.size());
    expect_all_is_as_it_was();
}

} // namespace
