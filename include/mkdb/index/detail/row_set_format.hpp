#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

// Byte by byte in docs/formats/checkpoint.md.
namespace mkdb::index::detail {

/// Set in the count before rows: what follows are runs, pairs of first and last, not single rows.
inline constexpr std::uint32_t rows_are_runs = 0x80000000U;

/// Rows that ascend, as they are written.
inline void write_rows(byte_writer& to, std::span<std::uint32_t const> rows) {
    std::uint32_t runs = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        runs += i == 0 || rows[i] != rows[i - 1] + 1 ? 1 : 0;
    }
    if (std::uint64_t{runs} * 2 >= rows.size()) {
        to.put(static_cast<std::uint32_t>(rows.size()));
        to.put_bytes({reinterpret_cast<char const*>(rows.data()), rows.size_bytes()});
        return;
    }
    to.put(runs | rows_are_runs);
    for (std::size_t i = 0; i < rows.size();) {
        auto const first = rows[i];
        for (++i; i < rows.size() && rows[i] == rows[i - 1] + 1; ++i) {
        }
        to.put(first);
        to.put(rows[i - 1]);
    }
}

inline void write_rows(byte_writer& to, row_set const& rows) {
    std::vector<std::uint32_t> all(rows.cardinality());
    if (!all.empty()) {
        rows.toUint32Array(all.data());
    }
    write_rows(to, all);
}

/// Copies values that need not lie where their type would have to.
[[nodiscard]] inline std::vector<std::uint32_t> aligned_rows(std::string_view bytes) {
    std::vector<std::uint32_t> rows(bytes.size() / sizeof(std::uint32_t));
    if (!rows.empty()) {
        std::memcpy(rows.data(), bytes.data(), bytes.size());
    }
    return rows;
}

/// Rows that ascend, all of them in `among`, or nothing when the bytes say anything else.
[[nodiscard]] inline std::optional<row_set> read_rows(byte_reader& from, row_set const& among) {
    auto const count = from.get<std::uint32_t>();
    bool const runs = (count & rows_are_runs) != 0;
    auto const numbers = std::uint64_t{count & ~rows_are_runs} * (runs ? 2 : 1);
    auto const values = aligned_rows(from.bytes(numbers * sizeof(std::uint32_t)));
    if (!from.sound()) {
        return std::nullopt;
    }
    row_set rows;
    if (!runs) {
        if (std::ranges::adjacent_find(values, std::greater_equal<>()) != values.end()) {
            return std::nullopt;
        }
        rows.addMany(values.size(), values.data());
    }
    for (std::size_t i = 0; runs && i < values.size(); i += 2) {
        if (values[i] > values[i + 1] || (i > 0 && values[i] <= values[i - 1])) {
            return std::nullopt;
        }
        rows.addRange(values[i], std::uint64_t{values[i + 1]} + 1);
    }
    return rows.isSubset(among) ? std::optional(std::move(rows)) : std::nullopt;
}

} // namespace mkdb::index::detail
