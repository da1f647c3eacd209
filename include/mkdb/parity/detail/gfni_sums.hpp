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
            write_strip<Rows>(factors, from, into, strip_at(at, length));
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

    /// The two vectors of every block that one round over the sources sums up, and where it asks for later ones.
    struct strip {
        std::size_t at;
        __mmask64 low;
        __mmask64 high;
        std::size_t ahead;
        std::size_t further;
    };

    [[nodiscard]] static strip strip_at(std::size_t at, std::size_t length) noexcept {
        return {at, mask(at, length), mask(at + vector_bytes, length), std::min(at + ahead_bytes, length - 1),
                std::min(at + ahead_bytes + vector_bytes, length - 1)};
    }

    struct vectors {
        __m512i low;
        __m512i high;
    };

    [[nodiscard]] __attribute__((target("gfni,avx512f,avx512bw"))) static vectors load(std::byte const* block,
                                                                                       strip const& of) noexcept {
        __builtin_prefetch(block + of.ahead);
        __builtin_prefetch(block + of.further);
        return {_mm512_maskz_loadu_epi8(of.low, block + of.at),
                _mm512_maskz_loadu_epi8(of.high, block + of.at + vector_bytes)};
    }

    [[nodiscard]] __attribute__((target("gfni,avx512f,avx512bw"))) static vectors product(vectors of,
                                                                                          entry factor) noexcept {
        auto const matrix = _mm512_set1_epi64(static_cast<long long>(factor));
        return {_mm512_gf2p8affine_epi64_epi8(of.low, matrix, 0), _mm512_gf2p8affine_epi64_epi8(of.high, matrix, 0)};
    }

    /// What _mm512_ternarylogic_epi64 does, which GCC 12 refuses without optimization when a precompiled header has
    /// turned that on for a while, as {fmt} does: its operation then is no constant any more.
    [[nodiscard]] __attribute__((target("avx512f"))) static __m512i exclusive_or(__m512i a, __m512i b,
                                                                                 __m512i c) noexcept {
        constexpr __mmask8 every_lane = 0xFF;
        return __builtin_ia32_pternlogq512_mask(a, b, c, 0x96, every_lane);
    }

    [[nodiscard]] __attribute__((target("gfni,avx512f,avx512bw"))) static vectors sum(vectors a, vectors b,
                                                                                      vectors c) noexcept {
        return {exclusive_or(a.low, b.low, c.low), exclusive_or(a.high, b.high, c.high)};
    }

    /// Sources go in pairs, since one instruction adds two products to a sum; one that is left over starts the sums.
    template <std::size_t Rows>
    __attribute__((target("gfni,avx512f,avx512bw"))) static void
    write_strip(entry const* factors, sources from, std::byte* const* into, strip const& of) noexcept {
        bool const odd = from.size() % 2 != 0;
        auto const start = odd ? load(from.front(), of) : vectors{};
        vectors sums[Rows];
#pragma GCC unroll 16
        for (std::size_t row = 0; row < Rows; ++row) {
            sums[row] = product(start, factors[row]);
        }
        factors += odd ? Rows : 0;
        for (std::size_t i = odd ? 1 : 0; i < from.size(); i += 2) {
            auto const one = load(from[i], of);
            auto const other = load(from[i + 1], of);
#pragma GCC unroll 16
            for (std::size_t row = 0; row < Rows; ++row) {
                sums[row] = sum(sums[row], product(one, factors[row]), product(other, factors[Rows + row]));
            }
            factors += 2 * Rows;
        }
#pragma GCC unroll 16
        for (std::size_t row = 0; row < Rows; ++row) {
            _mm512_mask_storeu_epi8(into[row] + of.at, of.low, sums[row].low);
            _mm512_mask_storeu_epi8(into[row] + of.at + vector_bytes, of.high, sums[row].high);
        }
    }
};

using gfni_sums = vector_sums<gfni_kernel>;
static_assert(block_sums<gfni_sums>);

} // namespace mkdb::parity::detail

#endif
