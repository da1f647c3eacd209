#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/block_sums.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace mkdb::parity::detail {

/// Sums by the vector instructions of `Kernel`, as many rows in one pass over the sources as it keeps in registers.
///
/// A kernel says how a factor is written for its instructions (`entry`, `entries`), and `pass<Rows>` sums up `Rows`
/// targets from entries that are stored in the order in which it reads them: all rows of a column, then the next
/// column.
template <class Kernel>
class vector_sums {
public:
    [[nodiscard]] static bool is_available() noexcept { return Kernel::is_available(); }

    explicit vector_sums(matrix const& factors)
        : rows_(factors.rows()), columns_(factors.columns()), entries_(rows_ * columns_) {
        auto next = entries_.begin();
        for (std::size_t first = 0; first < rows_; first += Kernel::rows_a_pass) {
            auto const end = std::min(rows_, first + Kernel::rows_a_pass);
            for (std::size_t column = 0; column < columns_; ++column) {
                for (auto row = first; row < end; ++row) {
                    *next++ = Kernel::entries[factors.at(row, column)];
                }
            }
        }
    }

    void write(sources from, targets into, std::size_t length) const noexcept {
        MKDB_ASSERT(from.size() == columns_ && into.size() == rows_);
        for (std::size_t first = 0; first < rows_; first += Kernel::rows_a_pass) {
            auto const rows = std::min(Kernel::rows_a_pass, rows_ - first);
            passes[rows - 1](entries_.data() + first * columns_, from, into.data() + first, length);
        }
    }

private:
    static constexpr auto passes = []<std::size_t... N>(std::index_sequence<N...> /*rows less one*/) {
        return std::array{&Kernel::template pass<N + 1>...};
    }
    (std::make_index_sequence<Kernel::rows_a_pass>());

    std::size_t rows_;
    std::size_t columns_;
    std::vector<typename Kernel::entry> entries_;
};

} // namespace mkdb::parity::detail
