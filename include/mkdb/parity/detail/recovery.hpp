#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/block_sums.hpp>

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::parity::detail {

/// How lost blocks come back: the i-th of them is the sum over j of factors(i, j) times block from[j].
struct recovery {
    std::vector<std::size_t> from;
    matrix factors;
};

/// The product of two matrices; a row of it is a weighted sum of rows, so `Sums` computes it as it does blocks.
template <block_sums Sums>
[[nodiscard]] matrix product(matrix const& left, matrix const& right) {
    MKDB_ASSERT(left.columns() == right.rows());
    matrix made(left.rows(), right.columns());
    std::vector<std::byte const*> from;
    for (std::size_t row = 0; row < right.rows(); ++row) {
        from.push_back(std::as_bytes(right.row(row)).data());
    }
    std::vector<std::byte*> into;
    for (std::size_t row = 0; row < made.rows(); ++row) {
        into.push_back(std::as_writable_bytes(made.row(row)).data());
    }
    Sums(left).write(from, into, right.columns());
    return made;
}

/// What is lost of a stripe, and the parity blocks that are used up to make good for lost data.
struct losses {
    std::vector<std::size_t> data;
    std::vector<std::size_t> parity;
    std::vector<std::size_t> helpers;
};

[[nodiscard]] inline losses sorted_out(std::span<std::size_t const> lost, std::size_t data_blocks) {
    auto const first_parity = std::ranges::lower_bound(lost, data_blocks);
    losses sorted{{lost.begin(), first_parity}, {first_parity, lost.end()}, {}};
    for (auto block = data_blocks; sorted.helpers.size() < sorted.data.size(); ++block) {
        if (!std::ranges::binary_search(sorted.parity, block)) {
            sorted.helpers.push_back(block);
        }
    }
    return sorted;
}

/// All of `row` but the columns in `lost`, which ascend. Writes behind `into`, and returns the end of it.
template <class Row, class Out>
Out copy_known(Row const& row, std::span<std::size_t const> lost, Out into) {
    std::size_t next = 0;
    for (auto const column : lost) {
        into = std::copy(row.begin() + next, row.begin() + column, into);
        next = column + 1;
    }
    return std::copy(row.begin() + next, row.end(), into);
}

/// The blocks that recovery reads: the data that is left, then the helpers.
[[nodiscard]] inline std::vector<std::size_t> blocks_left(std::size_t data_blocks, losses const& lost) {
    std::vector<std::size_t> all(data_blocks);
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<std::size_t> left(data_blocks);
    std::ranges::copy(lost.helpers, copy_known(all, lost.data, left.begin()));
    return left;
}

/// The equations of `parity` blocks without lost data: a row of factors for each, by the blocks of `blocks_left`.
/// A helper also counts itself, so that its row comes to what lost data contributed to it.
[[nodiscard]] inline matrix known_parts(matrix const& generator, losses const& lost) {
    auto const helpers = lost.helpers.size();
    matrix known(helpers + lost.parity.size(), generator.columns());
    for (std::size_t i = 0; i < known.rows(); ++i) {
        auto const block = i < helpers ? lost.helpers[i] : lost.parity[i - helpers];
        auto const end = copy_known(generator.row(block - generator.columns()), lost.data, known.row(i).begin());
        if (i < helpers) {
            end[i] = 1;
        }
    }
    return known;
}

/// The factors of lost data in the equations of the parity blocks in `equations`.
[[nodiscard]] inline matrix lost_parts(matrix const& generator, std::span<std::size_t const> equations,
                                       std::span<std::size_t const> lost_data) {
    matrix parts(equations.size(), lost_data.size());
    for (std::size_t i = 0; i < equations.size(); ++i) {
        for (std::size_t j = 0; j < lost_data.size(); ++j) {
            parts.at(i, j) = generator.at(equations[i] - generator.columns(), lost_data[j]);
        }
    }
    return parts;
}

/// What the rows of `known_parts` are multiplied by. Lost data is the solution of the helpers' equations; a lost parity
/// block is its own known part and what that solution adds to it.
[[nodiscard]] inline matrix solution(matrix const& generator, losses const& lost) {
    auto const helpers = lost.helpers.size();
    matrix solved(helpers + lost.parity.size(), helpers + lost.parity.size());
    auto const inverse = inverted(lost_parts(generator, lost.helpers, lost.data));
    auto const parts = lost_parts(generator, lost.parity, lost.data);
    for (std::size_t i = 0; i < helpers; ++i) {
        std::ranges::copy(inverse.row(i), solved.row(i).begin());
    }
    for (std::size_t i = 0; i < lost.parity.size(); ++i) {
        solved.at(helpers + i, helpers + i) = 1;
        for (std::size_t j = 0; j < helpers; ++j) {
            solved.add_scaled(helpers + i, parts.at(i, j), j);
        }
    }
    return solved;
}

/// Preconditions: `lost` ascends and is not empty; no more are lost than there are parity blocks; every square part of
/// the generator is invertible.
/// Complexity: lost^3 to solve; lost^2 * data, by `Sums`, for the factors.
template <block_sums Sums>
[[nodiscard]] recovery plan_recovery(matrix const& generator, std::span<std::size_t const> lost) {
    auto const sorted = sorted_out(lost, generator.columns());
    return {blocks_left(generator.columns(), sorted),
            product<Sums>(solution(generator, sorted), known_parts(generator, sorted))};
}

} // namespace mkdb::parity::detail
