#include "micro/product.hpp"

#include <mkdb/mkdb.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

namespace {

constexpr std::uint64_t record_count = 20000;

/// A store on disk that is overwritten from another thread, with compaction or without.
class overwritten_store {
public:
    explicit overwritten_store(bool compacting)
        : directory_(std::filesystem::temp_directory_path() / ("mkdb-bench-" + std::to_string(std::random_device{}()))),
          database_(mkdb::database::open(directory_).value()),
          store_(database_->create_store("bench", options(), {std::uint64_t{4} << 20}).value()) {
        for (std::uint64_t i = 0; i < record_count; ++i) {
            write(i);
        }
        store_->flush().value();
        work_ = std::jthread([this, compacting](std::stop_token const& stop) { overwrite(stop, compacting); });
    }
    overwritten_store(overwritten_store const&) = delete;
    overwritten_store& operator=(overwritten_store const&) = delete;
    ~overwritten_store() {
        work_ = {};
        store_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    [[nodiscard]] mkdb::store& store() { return *store_; }

private:
    /// Next to no cache, so that reads meet the segments that compaction moves.
    static mkdb::store_options options() {
        mkdb::store_options chosen{.partitions = 1, .mode = mkdb::durability::interval};
        chosen.cache.max_entries = 1;
        chosen.compaction_interval = std::chrono::milliseconds(0);
        return chosen;
    }

    void write(std::uint64_t number) {
        store_->write({.id = mkdb::bench::product_id(number), .delta = mkdb::bench::product(number)}).value();
    }

    void overwrite(std::stop_token const& stop, bool compacting) {
        std::mt19937_64 chance(5);
        for (std::uint64_t i = 1; !stop.stop_requested(); ++i) {
            write(chance() % record_count);
            if (compacting && i % 2000 == 0) {
                store_->compact().value();
            }
        }
    }

    std::filesystem::path directory_;
    std::unique_ptr<mkdb::database> database_;
    std::shared_ptr<mkdb::store> store_;
    std::jthread work_;
};

/// How long reads take while records are overwritten: what compaction adds shows in the slowest of a hundred.
void read_while_overwriting(benchmark::State& state) {
    overwritten_store data(state.range(0) != 0);
    std::mt19937_64 chance(9);
    std::vector<double> micros;
    for (auto _ : state) {
        auto const begun = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(data.store().read(mkdb::bench::product_id(chance() % record_count)));
        micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
    }
    auto const at = micros.begin() + static_cast<std::ptrdiff_t>(micros.size() * 99 / 100);
    std::ranges::nth_element(micros, at);
    auto const statistics = data.store().statistics();
    state.counters["p99_us"] = *at;
    state.counters["runs"] = static_cast<double>(statistics.compaction.runs);
    state.counters["write_amplification"] = statistics.write_amplification();
    state.counters["space_amplification"] = statistics.space_amplification();
}
BENCHMARK(read_while_overwriting)
    ->Name("store/read_while_overwriting")
    ->ArgName("compacting")
    ->DenseRange(0, 1)
    ->UseRealTime();

} // namespace
