#pragma once

#include <mkdb/index/index_allocator.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace mkdb::index::detail {

/// How many terms the text of each row has: zero where nobody said. Rows without text cost nothing in stretches.
class row_lengths {
public:
    static constexpr std::uint32_t chunk_rows = 4096;

    [[nodiscard]] std::uint32_t operator[](std::uint32_t row) const noexcept {
        auto const* const texts = chunk_of(row);
        return texts == nullptr ? 0 : texts[row % chunk_rows];
    }

    /// Those of the `chunk_rows` rows that this one is among; null when none of them has text.
    [[nodiscard]] std::uint32_t const* chunk_of(std::uint32_t row) const noexcept {
        auto const at = row / chunk_rows;
        return at >= chunks_.size() || chunks_[at] == nullptr ? nullptr : chunks_[at]->data();
    }

    void set(std::uint32_t row, std::uint32_t length) {
        auto const at = row / chunk_rows;
        if (at >= chunks_.size()) {
            chunks_.resize(at + std::size_t{1});
        }
        if (chunks_[at] == nullptr) {
            chunks_[at] = make_indexed<chunk>();
        }
        (*chunks_[at])[row % chunk_rows] = length;
    }

    [[nodiscard]] std::uint64_t bytes() const noexcept {
        std::uint64_t total = chunks_.capacity() * sizeof(chunks_[0]);
        for (auto const& each : chunks_) {
            total += each == nullptr ? 0 : sizeof(chunk);
        }
        return total;
    }

private:
    using chunk = std::array<std::uint32_t, chunk_rows>;
    index_vector<index_pointer<chunk>> chunks_;
};

} // namespace mkdb::index::detail
