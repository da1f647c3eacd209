#include "micro/product.hpp"

#include <mkdb/core/checksum.hpp>
#include <mkdb/document/merge.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <benchmark/benchmark.h>

namespace {

void parse(benchmark::State& state) {
    auto const text = mkdb::document::to_json(mkdb::bench::product(42));
    for (auto _ : state) {
        benchmark::DoNotOptimize(mkdb::document::parse_object(text));
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse)->Name("document/parse");

void print(benchmark::State& state) {
    auto const document = mkdb::bench::product(42);
    for (auto _ : state) {
        benchmark::DoNotOptimize(mkdb::document::to_json(document));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(print)->Name("document/print");

void merge(benchmark::State& state) {
    auto record = mkdb::bench::product(42);
    boost::json::object const deltas[] = {{{"price", 1.5}, {"settings", {{"theme", "light"}}}},
                                          {{"price", 2.5}, {"settings", {{"theme", nullptr}}}}};
    std::size_t turn = 0;
    for (auto _ : state) {
        mkdb::document::merge(record, deltas[turn++ % 2], state.range(0) != 0);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(merge)->Name("document/merge")->ArgName("nested")->Arg(0)->Arg(1);

template <auto Checksum>
void checksum(benchmark::State& state) {
    std::string const bytes(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        benchmark::DoNotOptimize(Checksum(mkdb::as_bytes(bytes)));
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum<[](auto bytes) { return mkdb::crc32c(bytes); }>)->Name("checksum/crc32c")->Arg(512)->Arg(65536);
BENCHMARK(checksum<[](auto bytes) { return mkdb::detail::crc32c_portable(0, bytes); }>)
    ->Name("checksum/crc32c_portable")
    ->Arg(512)
    ->Arg(65536);

} // namespace
