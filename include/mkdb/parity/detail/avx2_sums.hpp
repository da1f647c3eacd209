#pragma once

#if defined(__x86_64__)

#include <mkdb/parity/detail/vector_sums.hpp>

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace mkdb::parity::detail {

/// AVX2: a product is that of the lower four bits plus that of the upper four, each looked up among 16 by a shuffle.
struct avx2_kernel {
    struct entry {
        std::array<gf256::element, 16> low;  ///< The factor times 0, 1, … 15.
        std::array<gf256::element, 16> high; ///< The factor times 0, 16, … 240.
    };

    /// One vector a row; with both halves of a source, two tables and the mask that is 15 of the 16 registers.
    static constexpr std::size_t rows_a_pass = 10;

    static constexpr auto entries = [] {
        std::array<entry, 256> made{};
        for (unsigned factor = 0; factor < 256; ++factor) {
            for (unsigned i = 0; i < 16; ++i) {
                auto const times = static_cast<gf256::element>(factor);
                made[factor].low[i] = gf256::multiply(times, static_cast<gf256::element>(i));
                made[factor].high[i] = gf256::multiply(times, static_cast<gf256::element>(i << 4U));
            }
        }
        return made;
    }();

    [[nodiscard]] static bool is_available() noexcept {
        static bool const available = __builtin_cpu_supports("avx2") != 0;
        return available;
    }

    template <std::size_t Rows>
    __attribute__((target("avx2"))) static void pass(entry const* factors, sources from, std::byte* const* into,
                                                     std::size_t length) noexcept {
        std::size_t at = 0;
        for (; length - at >= vector_bytes; at += vector_bytes) {
            write_strip<Rows, true>(factors, from, into, at, length);
        }
        if (at < length) {
            write_strip<Rows, false>(factors, from, into, at, length);
        }
    }

private:
    static constexpr std::size_t vector_bytes = 32;
    /// The sources are too many streams for the hardware to foresee, so a strip asks for one further on.
    static constexpr std::size_t ahead_bytes = 256;

    /// A part of a vector, the last of a block, goes through a copy: nothing is read or written beyond the block.
    template <bool Whole>
    [[nodiscard]] __attribute__((target("avx2"))) static __m256i load(std::byte const* from,
                                                                      std::size_t left) noexcept {
        if constexpr (Whole) {
            return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(from));
        } else {
            std::array<std::byte, vector_bytes> copy{};
            std::memcpy(copy.data(), from, left);
            return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(copy.data()));
        }
    }

    template <bool Whole>
    __attribute__((target("avx2"))) static void store(std::byte* into, __m256i sum, std::size_t left) noexcept {
        if constexpr (Whole) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(into), sum);
        } else {
            std::array<std::byte, vector_bytes> copy;
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(copy.data()), sum);
            std::memcpy(into, copy.data(), left);
        }
    }

    [[nodiscard]] __attribute__((target("avx2"))) static __m256i look_up(std::array<gf256::element, 16> const& table,
                                                                         __m256i indexes) noexcept {
        auto const products = _mm_loadu_si128(reinterpret_cast<__m128i const*>(table.data()));
        return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(products), indexes);
    }

    template <std::size_t Rows, bool Whole>
    __attribute__((target("avx2"))) static void write_strip(entry const* factors, sources from, std::byte* const* into,
                                                            std::size_t at, std::size_t length) noexcept {
        auto const ahead = std::min(at + ahead_bytes, length - 1);
        auto const four_bits = _mm256_set1_epi8(15);
        __m256i sums[Rows];
#pragma GCC unroll 16
        for (std::size_t row = 0; row < Rows; ++row) {
            sums[row] = _mm256_setzero_si256();
        }
        for (auto const* const source : from) {
            auto const bytes = load<Whole>(source + at, length - at);
            auto const low = _mm256_and_si256(bytes, four_bits);
            auto const high = _mm256_and_si256(_mm256_srli_epi64(bytes, 4), four_bits);
            __builtin_prefetch(source + ahead);
#pragma GCC unroll 16
            for (std::size_t row = 0; row < Rows; ++row) {
                sums[row] = _mm256_xor_si256(
                    sums[row], _mm256_xor_si256(look_up(factors[row].low, low), look_up(factors[row].high, high)));
            }
            factors += Rows;
        }
#pragma GCC unroll 16
        for (std::size_t row = 0; row < Rows; ++row) {
            store<Whole>(into[row] + at, sums[row], length - at);
        }
    }
};

using avx2_sums = vector_sums<avx2_kernel>;
static_assert(block_sums<avx2_sums>);

} // namespace mkdb::parity::detail

#endif
