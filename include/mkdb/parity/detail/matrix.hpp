#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/gf256.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace mkdb::parity::detail {

/// A dense matrix over GF(2^8), by rows.
class matrix {
public:
    matrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), cells_(rows * columns) {}

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

    [[nodiscard]] gf256::element& at(std::size_t row, std::size_t column) noexcept {
        return cells_[row * columns_ + column];
    }
    [[nodiscard]] gf256::element at(std::size_t row, std::size_t column) const noexcept {
        return cells_[row * columns_ + column];
    }

    [[nodiscard]] std::span<gf256::element> row(std::size_t number) noexcept {
        return std::span(cells_).subspan(number * columns_, columns_);
    }
    [[nodiscard]] std::span<gf256::element const> row(std::size_t number) const noexcept {
        return std::span(cells_).subspan(number * columns_, columns_);
    }

    /// row *= factor
    void scale(std::size_t row, gf256::element factor) noexcept {
        for (std::size_t column = 0; column < columns_; ++column) {
            at(row, column) = gf256::multiply(at(row, column), factor);
        }
    }

    /// row += factor * other
    void add_scaled(std::size_t row, gf256::element factor, std::size_t other) noexcept {
        for (std::size_t column = 0; column < columns_; ++column) {
            at(row, column) = static_cast<gf256::element>(at(row, column) ^ gf256::multiply(factor, at(other, column)));
        }
    }

private:
    std::size_t rows_;
    std::size_t columns_;
    std::vector<gf256::element> cells_;
};

/// The inverse, by Gauss and Jordan without pivoting.
///
/// Preconditions: square, and every leading square part is invertible: true of any part of a Cauchy matrix.
[[nodiscard]] inline matrix inverted(matrix of) {
    MKDB_ASSERT(of.rows() == of.columns());
    auto const size = of.rows();
    matrix inverse(size, size);
    for (std::size_t i = 0; i < size; ++i) {
        inverse.at(i, i) = 1;
    }
    for (std::size_t pivot = 0; pivot < size; ++pivot) {
        MKDB_ASSERT(of.at(pivot, pivot) != 0);
        auto const factor = gf256::inverse(of.at(pivot, pivot));
        of.scale(pivot, factor);
        inverse.scale(pivot, factor);
        for (std::size_t row = 0; row < size; ++row) {
            if (auto const times = of.at(row, pivot); row != pivot && times != 0) {
                of.add_scaled(row, times, pivot);
                inverse.add_scaled(row, times, pivot);
            }
        }
    }
    return inverse;
}

} // namespace mkdb::parity::detail
