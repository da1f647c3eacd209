// Bytes of data encoded or healed a second, by every kernel, beside what memory allows.
#include <mkdb/core/bytes.hpp>
#include <mkdb/parity/isal.hpp>
#include <mkdb/parity/reed_solomon.hpp>

#include <benchmark/benchmark.h>

#include <cstring>
#include <random>
#include <vector>

namespace {

namespace parity = mkdb::parity;
constexpr parity::geometry shape{245, 10};
constexpr std::size_t block_bytes = 4096;
constexpr std::size_t stripe_bytes = shape.blocks() * block_bytes;
constexpr auto data_blocks = static_cast<int>(shape.data);
constexpr auto parity_blocks = static_cast<int>(shape.parity);

/// As many stripes as asked for, all alike: one stays in the cache, a hundred come from memory.
class stripes {
public:
    explicit stripes(std::size_t count) : bytes_(count * stripe_bytes) {
        std::mt19937_64 random(7);
        for (std::size_t at = 0; at < stripe_bytes; at += sizeof(std::uint64_t)) {
            mkdb::store_at(bytes_.data() + at, random());
        }
        for (std::size_t i = 1; i < count; ++i) {
            std::memcpy(bytes_.data() + i * stripe_bytes, bytes_.data(), stripe_bytes);
        }
        for (std::size_t i = 0; i < count * shape.blocks(); ++i) {
            blocks_.push_back(std::span(bytes_).subspan(i * block_bytes, block_bytes));
            const_blocks_.push_back(blocks_.back());
        }
    }

    /// The stripes in turn.
    void next() { at_ = (at_ + shape.blocks()) % blocks_.size(); }
    [[nodiscard]] std::span<std::span<std::byte> const> blocks() const {
        return std::span(blocks_).subspan(at_, shape.blocks());
    }
    [[nodiscard]] std::span<std::span<std::byte const> const> data() const {
        return std::span(const_blocks_).subspan(at_, shape.data);
    }
    [[nodiscard]] std::span<std::span<std::byte> const> parity() const { return blocks().subspan(shape.data); }

private:
    std::vector<std::byte> bytes_;
    std::vector<std::span<std::byte>> blocks_;
    std::vector<std::span<std::byte const>> const_blocks_;
    std::size_t at_ = 0;
};

void count_bytes(benchmark::State& state) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(shape.data * block_bytes));
}

template <class Codec>
void encode(benchmark::State& state) {
    auto const codec = Codec::make(shape).value();
    stripes tried(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        codec.encode(tried.data(), tried.parity());
        benchmark::ClobberMemory();
        tried.next();
    }
    count_bytes(state);
}

/// Ten data blocks are lost, the most and the dearest.
template <class Codec>
void reconstruct(benchmark::State& state) {
    auto const codec = Codec::make(shape).value();
    stripes tried(static_cast<std::size_t>(state.range(0)));
    std::vector<std::size_t> const lost{3, 28, 53, 78, 103, 128, 153, 178, 203, 228};
    for (auto _ : state) {
        if (!codec.reconstruct(tried.blocks(), lost)) {
            state.SkipWithError("blocks were not healed");
        }
        benchmark::ClobberMemory();
        tried.next();
    }
    count_bytes(state);
}

/// ISA-L without anything of ours around it. To reconstruct is to encode with factors that are new each time, so the
/// least that it costs is to make the tables as well.
void bare_isal(benchmark::State& state, bool new_factors) {
    stripes tried(static_cast<std::size_t>(state.range(0)));
    std::vector<unsigned char> generator(shape.blocks() * shape.data);
    gf_gen_cauchy1_matrix(generator.data(), data_blocks + parity_blocks, data_blocks);
    auto* const factors = generator.data() + shape.data * shape.data;
    std::vector<unsigned char> tables(32 * shape.data * shape.parity);
    ec_init_tables(data_blocks, parity_blocks, factors, tables.data());
    std::vector<unsigned char*> begins(shape.blocks());
    for (auto _ : state) {
        if (new_factors) {
            ec_init_tables(data_blocks, parity_blocks, factors, tables.data());
        }
        for (std::size_t i = 0; i < begins.size(); ++i) {
            begins[i] = reinterpret_cast<unsigned char*>(tried.blocks()[i].data());
        }
        ec_encode_data(block_bytes, data_blocks, parity_blocks, tables.data(), begins.data(),
                       begins.data() + shape.data);
        benchmark::ClobberMemory();
        tried.next();
    }
    count_bytes(state);
}

void copy(benchmark::State& state) {
    stripes tried(static_cast<std::size_t>(state.range(0)));
    std::vector<std::byte> into(shape.data * block_bytes);
    for (auto _ : state) {
        for (std::size_t i = 0; i < shape.data; ++i) {
            std::memcpy(into.data() + i * block_bytes, tried.data()[i].data(), block_bytes);
        }
        benchmark::ClobberMemory();
        tried.next();
    }
    count_bytes(state);
}

/// One parity block by exclusive or: reading everything once with next to no arithmetic.
void exclusive_or(benchmark::State& state) {
    stripes tried(static_cast<std::size_t>(state.range(0)));
    std::vector<std::uint64_t> sums(block_bytes / sizeof(std::uint64_t));
    for (auto _ : state) {
        for (auto const block : tried.data()) {
            for (std::size_t i = 0; i < sums.size(); ++i) {
                sums[i] ^= mkdb::load<std::uint64_t>(block.data() + i * sizeof(std::uint64_t));
            }
        }
        benchmark::DoNotOptimize(sums.data());
        benchmark::ClobberMemory();
        tried.next();
    }
    count_bytes(state);
}

template <class Sums>
void register_kernel(std::string const& name) {
    if (Sums::is_available()) {
        using codec = parity::basic_reed_solomon<Sums>;
        benchmark::RegisterBenchmark(("parity/encode/" + name).c_str(), encode<codec>)->Arg(1)->Arg(100);
        benchmark::RegisterBenchmark(("parity/reconstruct/" + name).c_str(), reconstruct<codec>)->Arg(1)->Arg(100);
    }
}

/// Registered before `main`, as the macros do it, but only what this processor can run. The argument: stripes in turn.
[[maybe_unused]] bool const registered = [] {
    benchmark::RegisterBenchmark("parity/limit/copy", copy)->Arg(1)->Arg(100);
    benchmark::RegisterBenchmark("parity/limit/exclusive_or", exclusive_or)->Arg(1)->Arg(100);
    benchmark::RegisterBenchmark("parity/encode/bare_isal", bare_isal, false)->Arg(1)->Arg(100);
    benchmark::RegisterBenchmark("parity/reconstruct/bare_isal", bare_isal, true)->Arg(1)->Arg(100);
    register_kernel<parity::detail::isal_sums>("isal");
    register_kernel<parity::detail::scalar_sums>("scalar");
#if defined(__x86_64__)
    register_kernel<parity::detail::avx2_sums>("avx2");
    register_kernel<parity::detail::gfni_sums>("gfni");
#endif
    register_kernel<parity::detail::fastest_sums>("fastest");
    return true;
}();

} // namespace
