// How fast a store is read through and compared with its digests, and how fast its parity is made, beside the two
// things that bound a scrub: reading the same files, and digesting as many bytes that are in memory already.
// MKDB_BENCH_SCRUB_MIB sets how much there is (default 64).
#include "micro/page_cache.hpp"
#include "micro/product.hpp"

#include <mkdb/mkdb.hpp>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using clock_type = std::chrono::steady_clock;

[[nodiscard]] std::uint64_t wanted_bytes() {
    auto const* const wanted = std::getenv("MKDB_BENCH_SCRUB_MIB");
    return (wanted == nullptr ? 64 : std::strtoull(wanted, nullptr, 10)) * mkdb::mebibyte;
}

/// One store whose segments are sealed and protected.
class protected_store {
public:
    static protected_store& instance() {
        static protected_store made;
        return made;
    }

    [[nodiscard]] mkdb::store& store() { return *store_; }
    /// Of segments and their parity.
    [[nodiscard]] std::vector<fs::path> const& files() const { return files_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

    protected_store(protected_store const&) = delete;
    protected_store& operator=(protected_store const&) = delete;
    ~protected_store() {
        store_.reset();
        database_.reset();
        fs::remove_all(directory_);
    }

private:
    protected_store()
        : directory_(fs::temp_directory_path() / ("mkdb-scrub-" + std::to_string(std::random_device{}()))),
          database_(mkdb::database::open(directory_).value()),
          store_(database_->create_store("bench", {.partitions = 1, .mode = mkdb::durability::buffered}).value()) {
        for (std::uint64_t i = 0; i * 512 < wanted_bytes(); ++i) {
            store_->write({.id = "product-" + std::to_string(i), .delta = mkdb::bench::product(i)}).value();
        }
        store_->checkpoint().value(); // Seals what is being written.
        store_->scrub().value();      // Makes the parity that is missing.
        for (auto const& each : fs::recursive_directory_iterator(directory_)) {
            auto const name = each.path().filename().string();
            if (name.starts_with("segment-") || name.starts_with("parity-")) {
                files_.push_back(each.path());
                bytes_ += each.file_size();
            }
        }
    }

    fs::path directory_;
    std::unique_ptr<mkdb::database> database_;
    std::shared_ptr<mkdb::store> store_;
    std::vector<fs::path> files_;
    std::uint64_t bytes_ = 0;
};

/// Calls `visit(descriptor)` for each file.
template <class Visit>
void for_each_file(Visit&& visit) {
    for (auto const& path : protected_store::instance().files()) {
        auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        visit(file);
        ::close(file);
    }
}

/// So that the next read of each file comes from the disk, when that is what is to be timed.
void forget_cached(bool cold) {
    if (cold) {
        for (auto const& path : protected_store::instance().files()) {
            mkdb::bench::forget_cached(path);
        }
    }
}

template <class Work>
void time_over_all_bytes(benchmark::State& state, Work&& work) {
    auto& data = protected_store::instance();
    for (auto _ : state) {
        forget_cached(state.range(0) != 0);
        auto const started = clock_type::now();
        work(data);
        state.SetIterationTime(std::chrono::duration<double>(clock_type::now() - started).count());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(data.bytes() * state.iterations()));
}

void scrub(benchmark::State& state) {
    time_over_all_bytes(state, [&](protected_store& data) {
        auto const report = data.store().scrub().value();
        if (report.damaged_blocks > 0 || report.bytes < data.bytes() * 9 / 10) {
            state.SkipWithError("the scrub did not go through all of it");
        }
    });
}

void read_the_files(benchmark::State& state) {
    std::vector<char> buffer(mkdb::mebibyte);
    time_over_all_bytes(state, [&](protected_store const&) {
        for_each_file([&](int file) {
            while (::read(file, buffer.data(), buffer.size()) > 0) {
            }
        });
    });
}

/// What a scrub computes, of as many bytes that lie in memory.
void take_the_digest(benchmark::State& state) {
    std::vector<std::byte> piece(mkdb::mebibyte, std::byte{0x5A});
    mkdb::log::digest_stream digest;
    time_over_all_bytes(state, [&](protected_store const& data) {
        for (std::uint64_t done = 0; done < data.bytes(); done += piece.size()) {
            digest.add(piece);
        }
        benchmark::DoNotOptimize(digest.value());
    });
}

/// From sealed segments without parity to parity files that are synced.
void protect(benchmark::State& state) {
    auto& data = protected_store::instance();
    std::uint64_t protected_bytes = 0;
    for (auto _ : state) {
        forget_cached(state.range(0) != 0);
        protected_bytes = 0;
        for (auto const& path : data.files()) {
            if (path.filename().string().starts_with("parity-")) {
                fs::remove(path);
            } else {
                protected_bytes += fs::file_size(path);
            }
        }
        auto const started = clock_type::now();
        data.store().scrub().value();
        state.SetIterationTime(std::chrono::duration<double>(clock_type::now() - started).count());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(protected_bytes * state.iterations()));
}

[[maybe_unused]] bool const registered = [] {
    benchmark::RegisterBenchmark("scrub/limit/read_the_files", read_the_files)->Apply(mkdb::bench::cached_and_cold);
    benchmark::RegisterBenchmark("scrub/limit/take_the_digest", take_the_digest)->Apply(mkdb::bench::cached_and_cold);
    benchmark::RegisterBenchmark("scrub/pass", scrub)->Apply(mkdb::bench::cached_and_cold);
    benchmark::RegisterBenchmark("scrub/pass_and_make_all_parity", protect)->Apply(mkdb::bench::cached_and_cold);
    return true;
}();

} // namespace
