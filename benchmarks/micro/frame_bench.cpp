#include "micro/product.hpp"

#include <mkdb/document/write.hpp>
#include <mkdb/protocol/frame.hpp>

#include <benchmark/benchmark.h>

namespace {

std::string frames(std::size_t count) {
    std::string stream;
    for (std::size_t i = 0; i < count; ++i) {
        mkdb::protocol::append_frame(stream, mkdb::document::to_json(mkdb::bench::product(i)));
    }
    return stream;
}

void encode(benchmark::State& state) {
    auto const payload = mkdb::document::to_json(mkdb::bench::product(1));
    std::string out;
    for (auto _ : state) {
        out.clear();
        mkdb::protocol::append_frame(out, payload);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode)->Name("frame/encode");

/// `piece` is how many bytes arrive at once.
void decode(benchmark::State& state) {
    auto const stream = frames(1000);
    auto const piece = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        mkdb::protocol::frame_decoder decoder(mkdb::limits::frame_bytes);
        std::size_t seen = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            decoder.feed(std::string_view(stream).substr(at, piece), [&](std::string_view) { return ++seen > 0; });
        }
        if (seen != 1000) {
            state.SkipWithError("frames were lost");
        }
    }
    state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(decode)->Name("frame/decode")->ArgName("piece")->Arg(1448)->Arg(65536);

} // namespace
