// How long opening takes: after a clean stop, after a kill, and without a checkpoint beside a plain read of the same
// files. MKDB_BENCH_RECORDS sets how many records of some 512 bytes there are (default 20,000), MKDB_BENCH_SMALL=1
// makes them small, and MKDB_BENCH_INDEXES names the indexes that there are: `numbers` for a numeric and an exact one,
// `texts` for a full-text one of the description, too (default none).
#include "micro/page_cache.hpp"
#include "micro/product.hpp"

#include <mkdb/mkdb.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using clock_type = std::chrono::steady_clock;

[[nodiscard]] std::uint64_t record_count() {
    auto const* const wanted = std::getenv("MKDB_BENCH_RECORDS");
    return wanted == nullptr ? 20000 : std::strtoull(wanted, nullptr, 10);
}

[[nodiscard]] boost::json::object content_of(std::uint64_t number) {
    return std::getenv("MKDB_BENCH_SMALL") == nullptr ? mkdb::bench::product(number)
                                                      : boost::json::object{{"n", number}};
}

[[nodiscard]] mkdb::store_options options() {
    auto const* const wanted = std::getenv("MKDB_BENCH_INDEXES");
    std::string_view const indexes = wanted == nullptr ? "" : wanted;
    mkdb::store_options chosen{.mode = mkdb::durability::buffered};
    if (indexes == "numbers" || indexes == "texts") {
        chosen.schema = {{"price", "numeric"}, {"material", "exact"}};
    } else if (!indexes.empty()) {
        throw std::invalid_argument("MKDB_BENCH_INDEXES is 'numbers' or 'texts', not '" + std::string(indexes) + "'");
    }
    if (indexes == "texts") {
        chosen.schema["description"] = "full-text";
    }
    return chosen;
}

[[nodiscard]] double seconds_since(clock_type::time_point start) {
    return std::chrono::duration<double>(clock_type::now() - start).count();
}

/// Databases on disk: one that was closed, and one whose process ended with records behind its checkpoint.
class stores_on_disk {
public:
    static stores_on_disk& instance() {
        static stores_on_disk made;
        return made;
    }

    [[nodiscard]] fs::path closed() const { return root_ / "closed"; }
    [[nodiscard]] fs::path killed() const { return root_ / "killed"; }
    /// As `closed`, to be opened without its checkpoint.
    [[nodiscard]] fs::path unmarked() const { return root_ / "unmarked"; }

    stores_on_disk(stores_on_disk const&) = delete;
    stores_on_disk& operator=(stores_on_disk const&) = delete;
    ~stores_on_disk() { fs::remove_all(root_); }

private:
    stores_on_disk() : root_(fs::temp_directory_path() / ("mkdb-open-" + std::to_string(std::random_device{}()))) {
        fs::create_directories(root_);
        auto database = mkdb::database::open(closed(), {.background_flush = false}).value();
        auto const store = database->create_store("bench", options()).value();
        auto const count = record_count();
        // What a kill leaves behind a checkpoint at most: as much as one is written for.
        auto const tail = std::min<std::uint64_t>(count / 20, 100000);
        for (std::uint64_t i = 0; i < count; ++i) {
            if (i == count - tail) {
                auto const started = clock_type::now();
                store->checkpoint().value();
                std::cerr << "a checkpoint of " << i << " records took " << seconds_since(started) << " s\n";
            }
            store
                ->write({.id = "product-" + std::to_string(i * 0x9E3779B97F4A7C15ULL % 100000000000ULL),
                         .delta = content_of(i)})
                .value();
        }
        store->flush().value();
        fs::copy(closed(), killed(), fs::copy_options::recursive);
        auto const started = clock_type::now();
        database->close().value();
        std::cerr << "closing took " << seconds_since(started) << " s\n";
        fs::copy(closed(), unmarked(), fs::copy_options::recursive);
    }

    fs::path root_;
};

/// Opens, and reports how long that took, and as `cpu_ms` how long all threads were at work; closing is not counted.
void open_once(benchmark::State& state, fs::path const& directory) {
    auto database = mkdb::database::open(directory, {.background_flush = false}).value();
    auto const started = clock_type::now();
    auto const cpu_started = std::clock();
    auto const store = database->open_store("bench", options()).value();
    state.SetIterationTime(seconds_since(started));
    state.counters["cpu_ms"] = static_cast<double>(std::clock() - cpu_started) * 1000 / CLOCKS_PER_SEC;
    benchmark::DoNotOptimize(store->size());
}

void remove_checkpoints(fs::path const& directory) {
    for (auto const& each : fs::recursive_directory_iterator(directory)) {
        if (each.path().filename() == "checkpoint") {
            fs::remove(each.path());
        }
    }
}

template <class Visit>
void for_each_segment(fs::path const& directory, Visit&& visit) {
    for (auto const& each : fs::recursive_directory_iterator(directory)) {
        if (each.path().filename().string().starts_with("segment-")) {
            visit(each.path());
        }
    }
}

void open_after_clean_stop(benchmark::State& state) {
    auto const directory = stores_on_disk::instance().closed();
    for (auto _ : state) {
        open_once(state, directory);
    }
}

void open_after_kill(benchmark::State& state) {
    auto const& stores = stores_on_disk::instance();
    auto const copy = stores.killed().string() + "-copy";
    for (auto _ : state) {
        fs::remove_all(copy);
        fs::copy(stores.killed(), copy, fs::copy_options::recursive);
        mkdb::bench::settle_disk();
        open_once(state, copy);
    }
    fs::remove_all(copy);
}

/// So that the next read of each segment comes from the disk, when that is what is to be timed, and meets nothing there
/// that the copies and checkpoints of other benchmarks left to be written.
void forget_segments(benchmark::State const& state, fs::path const& directory) {
    mkdb::bench::settle_disk();
    if (state.range(0) != 0) {
        for_each_segment(directory, mkdb::bench::forget_cached);
    }
}

void open_without_checkpoint(benchmark::State& state) {
    auto const directory = stores_on_disk::instance().unmarked();
    std::int64_t bytes = 0;
    for_each_segment(directory, [&](fs::path const& each) { bytes += static_cast<std::int64_t>(fs::file_size(each)); });
    for (auto _ : state) {
        remove_checkpoints(directory);
        forget_segments(state, directory);
        open_once(state, directory);
    }
    state.SetBytesProcessed(bytes * static_cast<std::int64_t>(state.iterations()));
}

void read_the_same_files(benchmark::State& state) {
    auto const directory = stores_on_disk::instance().unmarked();
    std::vector<char> buffer(1 << 20);
    std::int64_t bytes = 0;
    for (auto _ : state) {
        forget_segments(state, directory);
        auto const started = clock_type::now();
        for_each_segment(directory, [&](fs::path const& each) {
            std::ifstream in(each, std::ios::binary);
            in.rdbuf()->pubsetbuf(nullptr, 0);
            while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
                bytes += in.gcount();
            }
        });
        state.SetIterationTime(seconds_since(started));
    }
    state.SetBytesProcessed(bytes);
}

BENCHMARK(open_after_clean_stop)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(open_after_kill)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(open_without_checkpoint)->Apply(mkdb::bench::cached_and_cold);
BENCHMARK(read_the_same_files)->Apply(mkdb::bench::cached_and_cold);

} // namespace
