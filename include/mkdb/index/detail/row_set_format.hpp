#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

// Byte by byte in docs/formats/checkpoint.md.
namespace mkdb::index::detail {

/// Set in the count before rows: what follows are runs, pairs of first and last, not single rows.
inline constexpr std::uint32_t rows_are_runs = 0x80000000U;

/// Numbers on their way to a writer, some at a time: one by one takes several times as long.
class number_batch {
public:
    explicit number_batch(byte_writer& to) noexcept : to_(&to) {}

    void put(std::uint32_t number) {
        if (size_ == numbers_.size()) {
            flush();
        }
        numbers_[size_++] = number;
    }
    void flush() {
        to_->put_bytes({reinterpret_cast<char const*>(numbers_.data()), size_ * sizeof(std::uint32_t)});
        size_ = 0;
    }

private:
    byte_writer* to_;
    std::size_t size_ = 0;
    std::array<std::uint32_t, 1024> numbers_;
};

/// Calls `visit(first, last)` for each run of neighbours among rows that ascend.
template <class Rows, class Visit>
void visit_runs(Rows const& rows, Visit const& visit) {
    auto at = rows.begin();
    auto const end = rows.end();
    while (at != end) {
        std::uint32_t const first = *at;
        auto last = first;
        for (++at; at != end && *at == last + 1; ++at) {
            ++last;
        }
        visit(first, last);
    }
}

/// Rows that ascend, as they are written. No copy is made of them: a list may have as many as a partition.
template <class Rows>
void write_rows(byte_writer& to, Rows const& rows, std::uint64_t count) {
    std::uint64_t runs = 0;
    visit_runs(rows, [&](std::uint32_t, std::uint32_t) { ++runs; });
    bool const in_runs = runs * 2 < count;
    number_batch numbers(to);
    numbers.put(in_runs ? static_cast<std::uint32_t>(runs) | rows_are_runs : static_cast<std::uint32_t>(count));
    if (in_runs) {
        visit_runs(rows, [&](std::uint32_t first, std::uint32_t last) {
            numbers.put(first);
            numbers.put(last);
        });
    } else {
        for (std::uint32_t const row : rows) {
            numbers.put(row);
        }
    }
    numbers.flush();
}

inline void write_rows(byte_writer& to, std::span<std::uint32_t const> rows) {
    write_rows(to, rows, rows.size());
}
inline void write_rows(byte_writer& to, row_set const& rows) {
    write_rows(to, rows, rows.cardinality());
}

/// Copies values that need not lie where their type would have to.
[[nodiscard]] inline std::vector<std::uint32_t> aligned_rows(std::string_view bytes) {
    std::vector<std::uint32_t> rows(bytes.size() / sizeof(std::uint32_t));
    if (!rows.empty()) {
        std::memcpy(rows.data(), bytes.data(), bytes.size());
    }
    return rows;
}

/// Takes single rows, or runs of them, behind those that came before, of which `last` is the last. False when they do
/// not ascend.
[[nodiscard]] inline bool take_rows(row_set& rows, std::span<std::uint32_t const> values, bool runs,
                                    std::optional<std::uint32_t>& last) {
    if (!runs) {
        if ((last && values.front() <= *last) ||
            std::ranges::adjacent_find(values, std::greater_equal<>()) != values.end()) {
            return false;
        }
        rows.addMany(values.size(), values.data());
    }
    for (std::size_t i = 0; runs && i < values.size(); i += 2) {
        if (values[i] > values[i + 1] || (last && values[i] <= *last)) {
            return false;
        }
        rows.addRange(values[i], std::uint64_t{values[i + 1]} + 1);
        last = values[i + 1];
    }
    last = values.back();
    return true;
}

/// Rows that ascend, all of them in `among`, or nothing when the bytes say anything else.
[[nodiscard]] inline std::optional<row_set> read_rows(byte_reader& from, row_set const& among) {
    constexpr std::uint64_t at_once = 16'384; // Even: no run is cut.
    auto const count = from.get<std::uint32_t>();
    bool const runs = (count & rows_are_runs) != 0;
    row_set rows;
    std::optional<std::uint32_t> last;
    for (auto left = std::uint64_t{count & ~rows_are_runs} * (runs ? 2 : 1); left > 0;) {
        auto const values = aligned_rows(from.bytes(std::min(left, at_once) * sizeof(std::uint32_t)));
        if (!from.sound() || !take_rows(rows, values, runs, last)) {
            return std::nullopt;
        }
        left -= values.size();
    }
    return from.sound() && rows.isSubset(among) ? std::optional(std::move(rows)) : std::nullopt;
}

} // namespace mkdb::index::detail
