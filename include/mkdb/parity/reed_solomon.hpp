#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/gf256.hpp>
#include <mkdb/parity/detail/matrix.hpp>
#include <mkdb/parity/detail/stripe.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace mkdb::parity {

/// Reed-Solomon over GF(2^8): any `parity` lost blocks of a stripe come back. Portable.
///
/// Parity block i is the sum over j of data block j times 1 / ((data + i) xor j): the Cauchy generator that ISA-L's
/// `gf_gen_cauchy1_matrix` makes, so that the two write identical bytes. Every square part of a Cauchy matrix is
/// invertible, which its Vandermonde generator (`gf_gen_rs_matrix`) does not promise at sizes like 245 + 10.
/// Complexity: `encode` parity * bytes of data; `reconstruct` lost * bytes of data, and lost^2 * data to prepare.
class reed_solomon {
public:
    /// The field has 256 elements, and every block of a stripe needs one of its own.
    static constexpr std::size_t max_blocks = 256;

    [[nodiscard]] static result<reed_solomon> make(geometry shape) {
        if (shape.data == 0 || shape.data > max_blocks || shape.parity > max_blocks - shape.data) {
            return fail(errc::invalid_argument, "a stripe has at least 1 data block and at most " +
                                                    std::to_string(max_blocks) + " blocks in all, not " +
                                                    std::to_string(shape.data) + " and " +
                                                    std::to_string(shape.parity) + " of parity");
        }
        return reed_solomon(shape);
    }

    [[nodiscard]] geometry shape() const noexcept { return {generator_.columns(), generator_.rows()}; }

    [[nodiscard]] std::string format_name() const {
        return "reed-solomon-cauchy-11d/1:" + std::to_string(shape().data) + "+" + std::to_string(shape().parity);
    }

    void encode(std::span<std::span<std::byte const> const> data, std::span<std::span<std::byte> const> parity) const {
        auto const length = data.empty() ? 0 : data.front().size();
        MKDB_ASSERT(detail::are_blocks(data, shape().data, length));
        MKDB_ASSERT(detail::are_blocks(parity, shape().parity, length));
        for (std::size_t row = 0; row < parity.size(); ++row) {
            combine(parity[row], generator_, row, data);
        }
    }

    [[nodiscard]] result<> reconstruct(std::span<std::span<std::byte> const> blocks,
                                       std::span<std::size_t const> lost) const {
        MKDB_ASSERT(detail::are_blocks(blocks, shape().blocks(), blocks.empty() ? 0 : blocks.front().size()));
        MKDB_ASSERT(detail::are_losses(lost, shape()));
        if (lost.size() > shape().parity) {
            return detail::too_many_losses(lost.size(), shape());
        }
        auto const first_parity = std::ranges::lower_bound(lost, shape().data);
        auto const lost_data = lost.first(static_cast<std::size_t>(first_parity - lost.begin()));
        restore_data(blocks, lost_data, lost);
        auto const data = as_const(blocks.first(shape().data));
        for (auto const block : lost.subspan(lost_data.size())) {
            combine(blocks[block], generator_, block - shape().data, data);
        }
        return {};
    }

private:
    using sources = std::vector<std::span<std::byte const>>;

    explicit reed_solomon(geometry shape) : generator_(shape.parity, shape.data) {
        for (std::size_t i = 0; i < shape.parity; ++i) {
            for (std::size_t j = 0; j < shape.data; ++j) {
                generator_.at(i, j) = detail::gf256::inverse(static_cast<detail::gf256::element>((shape.data + i) ^ j));
            }
        }
    }

    [[nodiscard]] static sources as_const(std::span<std::span<std::byte> const> blocks) {
        return {blocks.begin(), blocks.end()};
    }

    /// into = the sum of the sources, each times its factor in `row`.
    static void combine(std::span<std::byte> into, detail::matrix const& factors, std::size_t row,
                        std::span<std::span<std::byte const> const> from) {
        std::ranges::fill(into, std::byte{0});
        for (std::size_t j = 0; j < from.size(); ++j) {
            detail::gf256::multiply_add(into, factors.at(row, j), from[j]);
        }
    }

    /// As many surviving parity blocks as data blocks are lost: the equations that are solved.
    [[nodiscard]] std::vector<std::size_t> choose_parity(std::size_t count, std::span<std::size_t const> lost) const {
        std::vector<std::size_t> chosen;
        for (auto block = shape().data; chosen.size() < count; ++block) {
            if (!std::ranges::binary_search(lost, block)) {
                chosen.push_back(block);
            }
        }
        return chosen;
    }

    /// Solves once for factors, so that each lost block is one sum over surviving ones and needs no scratch space.
    void restore_data(std::span<std::span<std::byte> const> blocks, std::span<std::size_t const> lost_data,
                      std::span<std::size_t const> lost) const {
        if (lost_data.empty()) {
            return;
        }
        auto const parity = choose_parity(lost_data.size(), lost);
        detail::matrix unknown(parity.size(), lost_data.size());
        for (std::size_t i = 0; i < parity.size(); ++i) {
            for (std::size_t j = 0; j < lost_data.size(); ++j) {
                unknown.at(i, j) = generator_.at(parity[i] - shape().data, lost_data[j]);
            }
        }
        auto const solution = detail::inverted(std::move(unknown));
        sources from;
        std::vector<std::size_t> numbers;
        for (std::size_t block = 0; block < shape().data; ++block) {
            if (!std::ranges::binary_search(lost_data, block)) {
                from.emplace_back(blocks[block]);
                numbers.push_back(block);
            }
        }
        for (auto const block : parity) {
            from.emplace_back(blocks[block]);
        }
        auto const factors = survivors_factors(solution, parity, numbers);
        for (std::size_t i = 0; i < lost_data.size(); ++i) {
            combine(blocks[lost_data[i]], factors, i, from);
        }
    }

    /// lost = solution * (parity + generator * surviving data), as one row of factors for each lost block.
    [[nodiscard]] detail::matrix survivors_factors(detail::matrix const& solution, std::span<std::size_t const> parity,
                                                   std::span<std::size_t const> data) const {
        detail::matrix factors(solution.rows(), data.size() + parity.size());
        for (std::size_t row = 0; row < solution.rows(); ++row) {
            for (std::size_t j = 0; j < data.size(); ++j) {
                detail::gf256::element sum = 0;
                for (std::size_t i = 0; i < parity.size(); ++i) {
                    sum ^=
                        detail::gf256::multiply(solution.at(row, i), generator_.at(parity[i] - shape().data, data[j]));
                }
                factors.at(row, j) = sum;
            }
            for (std::size_t i = 0; i < parity.size(); ++i) {
                factors.at(row, data.size() + i) = solution.at(row, i);
            }
        }
        return factors;
    }

    detail::matrix generator_;
};

static_assert(parity_codec<reed_solomon>);

} // namespace mkdb::parity
