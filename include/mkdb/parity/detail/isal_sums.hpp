#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/block_sums.hpp>

#include <isa-l/erasure_code.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mkdb::parity::detail {

/// Sums by ISA-L, which looks for the best instructions itself and knows more processors.
class isal_sums {
public:
    [[nodiscard]] static constexpr bool is_available() noexcept { return true; }

    explicit isal_sums(matrix const& factors)
        : rows_(factors.rows()), columns_(factors.columns()), tables_(32 * rows_ * columns_) {
        std::vector<unsigned char> by_rows;
        for (std::size_t row = 0; row < rows_; ++row) {
            by_rows.insert(by_rows.end(), factors.row(row).begin(), factors.row(row).end());
        }
        // Only ISA-L knows how its tables are laid out: since 2.31 that depends on the processor.
        ec_init_tables(static_cast<int>(columns_), static_cast<int>(rows_), by_rows.data(), tables_.data());
    }

    void write(sources from, targets into, std::size_t length) const noexcept {
        MKDB_ASSERT(from.size() == columns_ && into.size() == rows_ && columns_ <= max_blocks && rows_ <= max_blocks);
        for (std::size_t at = 0; at < length; at += piece_bytes) {
            // Its parameters lack `const`; it writes to targets alone.
            std::array<unsigned char*, max_blocks> sources_at;
            std::array<unsigned char*, max_blocks> targets_at;
            std::ranges::transform(from, sources_at.begin(), [at](std::byte const* block) {
                return reinterpret_cast<unsigned char*>(const_cast<std::byte*>(block + at));
            });
            std::ranges::transform(into, targets_at.begin(),
                                   [at](std::byte* block) { return reinterpret_cast<unsigned char*>(block + at); });
            ec_encode_data(static_cast<int>(std::min(piece_bytes, length - at)), static_cast<int>(columns_),
                           static_cast<int>(rows_), const_cast<unsigned char*>(tables_.data()), sources_at.data(),
                           targets_at.data());
        }
    }

private:
    static constexpr std::size_t max_blocks = 256;
    /// It counts in `int`.
    static constexpr std::size_t piece_bytes = std::size_t{1} << 30U;

    std::size_t rows_;
    std::size_t columns_;
    std::vector<unsigned char> tables_;
};

static_assert(block_sums<isal_sums>);

} // namespace mkdb::parity::detail
