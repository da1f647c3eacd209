#pragma once

#if defined(__x86_64__)

#include <mkdb/parity/detail/vector_sums.hpp>

#include <immintrin.h>

#include <cstdint>

namespace mkdb::parity::detail {

/// GFNI on vectors of AVX-512. Its multiplication is bound to another polynomial (0x11B), but to multiply by a constant
/// is linear in every field: the instruction that applies a matrix of 8 by 8 bits serves ours.
struct gfni_kernel {
    /// The matrix of a factor as the instruction reads it: the most significant byte is the row of bit 0.
    using entry = std::uint64_t;

    /// Two vectors a row; 20 of the 32 registers hold sums.
    static constexpr std::size_t rows_a_pass = 10;

    static constexpr auto entries = [] {
        std::array<entry, 256> made{};
        for (unsigned factor = 0; factor < 256; ++factor) {
            for (unsigned in = 0; in < 8; ++in) {
                auto const column =
                    gf256::multiply(static_cast<gf256::element>(factor), static_cast<gf256::element>(1U << in));
                for (unsigned out = 0; out < 8; ++out) {
                    made[factor] |= static_cast<entry>(column >> out & 1U) << (8 * (7 - out) + in);
                }
            }
        }
        return made;
    }();

    [[nodiscard]] static bool is_available() noexcept {
        static bool const available = __builtin_cpu_supports("gfni") != 0 && __builtin_cpu_supports("avx512f") != 0 &&
                                      __builtin_cpu_supports("avx512bw") != 0;
        return available;
    }

    template <std::size_t Rows>
    __attribute__((target("gfni,avx512f,avx512bw"))) static void
    pass(entry const* factors, sources from, std::byte* const* into, std::size_t length) noexcept {
        for (std::size_t at = 0; at < length; at += strip_bytes) {
            write_strip<Rows>(factors, from, into, at, length);
        }
    }

private:
    static constexpr std::size_t vector_bytes = 64;
    static constexpr std::size_t strip_bytes = 2 * vector_bytes;
    /// The sources are too many streams for the hardware to foresee, so a strip asks for one further on.
    static constexpr std::size_t ahead_bytes = 256;

    /// One bit for each byte of a vector at `at` that lies before `end`. What is masked out is neither read nor
    /// written.
    [[nodiscard]] static __mmask64 mask(std::size_t at, std::size_t end) noexcept {
        if (at >= end) {
            return 0;
        }
        return end - at >= vector_bytes ? ~__mmask64{0} : (__mmask64{1} << (end - at)) - 1;
    }

    template <std::size_t Rows>
    __attribute__((target("gfni,avx512f,avx512bw"))) static void write_strip(entry const* factors, sources from,
                                                                             std::byte* const* into, std::size_t at,
                                                                             std::size_t length) noexcept {
        auto const first = mask(at, length);
        auto const second = mask(at + vector_bytes, length);
        auto const ahead = std::min(at + ahead_bytes, length - 1);
        auto const further = std::min(at + ahead_bytes + vector_bytes, length - 1);
        __m512i sums[Rows][2];
#pragma GCC unroll 16
        for (std::size_t row = 0; row < Rows; ++row) {
            sums[row][0] = sums[row][1] = _mm512_setzero_si512();
        }
        for (auto const* const source : from) {
            auto const low = _mm512_maskz_loadu_epi8(first, source + at);
            auto const high = _mm512_maskz_loadu_epi8(second, source + at + vector_bytes);
            __builtin_prefetch(source + ahead);
            __builtin_prefetch(source + further);
#pragma GCC unroll 16
            for (std::size_t row = 0; row < Rows; ++row) {
                auto const factor = _mm512_set1_epi64(static_cast<long long>(factors[row]));
                sums[row][0] = _mm512_xor_si512(sums[row][0], _mm512_gf2p8affine_epi64_epi8(low, factor, 0));
                sums[row][1] = _mm512_xor_si512(sums[row][1], _mm512_gf2p8affine_epi64_epi8(high, factor, 0));
            }
            factors += Rows;
        }
#pragma GCC unroll 16
        for (std::size_t row = 0; row < Rows; ++row) {
            _mm512_mask_storeu_epi8(into[row] + at, first, sums[row][0]);
            _mm512_mask_storeu_epi8(into[row] + at + vector_bytes, second, sums[row][1]);
        }
    }
};

using gfni_sums = vector_sums<gfni_kernel>;
static_assert(block_sums<gfni_sums>);

} // namespace mkdb::parity::detail

#endif
