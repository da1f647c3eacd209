#include "micro/product.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/eviction/lfu.hpp>
#include <mkdb/eviction/none.hpp>
#include <mkdb/eviction/s3_fifo.hpp>
#include <mkdb/eviction/ttl.hpp>
#include <mkdb/file/memory.hpp>
#include <mkdb/mkdb.hpp>
#include <mkdb/storage/memory.hpp>

#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>
#include <thread>

namespace {

struct on_disk : mkdb::default_policies {};
struct in_memory : mkdb::default_policies {
    using storage = mkdb::storage::memory;
};

template <class Eviction>
struct evicting : mkdb::default_policies {
    using eviction = Eviction;
};

/// A database in a directory of its own, which goes with it.
template <class Policies>
class scratch {
public:
    explicit scratch(mkdb::store_options options = {})
        : directory_(std::filesystem::temp_directory_path() / ("mkdb-bench-" + std::to_string(std::random_device{}()))),
          database_(mkdb::basic_database<Policies>::open(directory_).value()),
          store(database_->create_store("bench", std::move(options)).value()) {}
    ~scratch() {
        store.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;

    void fill(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            write(i, mkdb::durability::buffered);
        }
        store->flush().value();
    }

    void write(std::uint64_t number, mkdb::durability mode) {
        store->write({.id = mkdb::bench::product_id(number), .delta = mkdb::bench::product(number), .mode = mode}).value();
    }

private:
    std::filesystem::path directory_;
    std::unique_ptr<mkdb::basic_database<Policies>> database_;

public:
    std::shared_ptr<mkdb::basic_store<Policies>> store;
};

template <class Policies>
void write(benchmark::State& state) {
    scratch<Policies> data({.partitions = 1, .mode = static_cast<mkdb::durability>(state.range(0))});
    std::uint64_t number = 0;
    for (auto _ : state) {
        data.write(number++, static_cast<mkdb::durability>(state.range(0)));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write<on_disk>)->Name("store/write/rolling_log")->ArgName("mode")->DenseRange(0, 2)->UseRealTime();
BENCHMARK(write<in_memory>)->Name("store/write/memory")->ArgName("mode")->Arg(0)->UseRealTime();

template <class Policies>
void read(benchmark::State& state) {
    constexpr std::uint64_t records = 20000;
    mkdb::store_options options{.partitions = 1};
    options.cache.max_entries = static_cast<std::size_t>(state.range(0));
    scratch<Policies> data(options);
    data.fill(records);
    std::mt19937_64 random(7);
    std::vector<std::string> ids;
    for (int i = 0; i < 4096; ++i) {
        ids.push_back(mkdb::bench::product_id(random() % records));
    }
    std::size_t turn = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(data.store->read(ids[turn++ % ids.size()]));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read<on_disk>)->Name("store/read/lru")->ArgName("cached")->Arg(0)->Arg(1000)->Arg(40000);
BENCHMARK(read<evicting<mkdb::eviction::lfu>>)->Name("store/read/lfu")->ArgName("cached")->Arg(1000);
BENCHMARK(read<evicting<mkdb::eviction::s3_fifo>>)->Name("store/read/s3_fifo")->ArgName("cached")->Arg(1000);
BENCHMARK(read<evicting<mkdb::eviction::ttl>>)->Name("store/read/ttl")->ArgName("cached")->Arg(1000);
BENCHMARK(read<in_memory>)->Name("store/read/memory")->ArgName("cached")->Arg(0);

void query(benchmark::State& state, char const* body, bool indexed) {
    mkdb::store_options options{.partitions = 1};
    if (indexed) {
        options.schema = {{"material", "exact"}, {"price", "numeric"}, {"description", "full-text"}};
    }
    scratch<on_disk> data(options);
    data.fill(10000);
    auto const request = data.store->parse_query(mkdb::document::parse_object(body).value()).value();
    std::uint64_t matches = 0;
    for (auto _ : state) {
        matches = data.store->query(request).value().total_matches;
    }
    state.counters["matches"] = static_cast<double>(matches);
}
constexpr auto const* by_material = R"({"filter":{"material":"brass"}})";
constexpr auto const* by_price = R"({"filter":{"price":{"gte":10,"lt":11}}})";
constexpr auto const* by_text = R"({"filter":{"description":{"contains":"brass 4711"}}})";
BENCHMARK_CAPTURE(query, material, by_material, false)->Name("store/query/exact/scan");
BENCHMARK_CAPTURE(query, material_indexed, by_material, true)->Name("store/query/exact/indexed");
BENCHMARK_CAPTURE(query, price, by_price, false)->Name("store/query/numeric/scan");
BENCHMARK_CAPTURE(query, price_indexed, by_price, true)->Name("store/query/numeric/indexed");
BENCHMARK_CAPTURE(query, text, by_text, false)->Name("store/query/full_text/scan");
BENCHMARK_CAPTURE(query, text_indexed, by_text, true)->Name("store/query/full_text/indexed");

} // namespace
