#pragma once

#include <mkdb/core/byte_writer.hpp>
#include <mkdb/engine/detail/directory_image.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/index/detail/row_set_format.hpp>

#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {
namespace detail {

template <class T>
[[nodiscard]] std::string_view raw_text(std::span<T const> values) noexcept {
    return as_text(std::as_bytes(values));
}

/// The rows of one chunk as they are written: nothing of those that are not live.
class chunk_image {
public:
    chunk_image(directory const& from, std::size_t number, row_id next_row) {
        auto const rows = rows_of_chunk(number, next_row);
        auto const first = static_cast<row_id>(number * chunk_rows);
        versions_.resize(rows);
        keys_.resize(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            if (auto const row = first + static_cast<row_id>(i); from.contains(row)) {
                add(i, from.at(row), from.id(row));
            }
        }
    }

    void write(byte_writer& to) const {
        to.put_bytes(raw_text(std::span(versions_)));
        to.put_bytes(raw_text(std::span(keys_)));
        to.put_bytes(key_bytes_);
    }

private:
    void add(std::size_t at, version const& newest, std::string_view id) {
        versions_[at] = {newest.sequence,     newest.created,      newest.where.segment,
                         newest.where.offset, newest.where.length, 0};
        keys_[at] = {static_cast<std::uint32_t>(key_bytes_.size()), static_cast<std::uint32_t>(id.size())};
        key_bytes_.append(id);
    }

    std::vector<version_image> versions_;
    std::vector<key_range> keys_;
    std::string key_bytes_;
};

/// For each chunk, how many bytes the ids of its live rows take.
[[nodiscard]] inline std::vector<std::uint32_t> live_key_bytes(directory const& from, row_id next_row) {
    std::vector<std::uint32_t> sizes((next_row + chunk_rows - 1) / chunk_rows, absent_chunk);
    for (std::size_t number = 0; number < sizes.size(); ++number) {
        auto const& chunk = from.parts().chunks[number];
        if (chunk == nullptr || chunk->live == 0) {
            continue;
        }
        sizes[number] = 0;
        for (std::size_t i = 0; i < rows_of_chunk(number, next_row); ++i) {
            bool const live = chunk->live == chunk_rows || from.contains(static_cast<row_id>(number * chunk_rows + i));
            sizes[number] += live ? chunk->keys[i].length : 0;
        }
    }
    return sizes;
}

} // namespace detail

/// Writes all of a directory. Precondition: every version is in the log.
/// Complexity: linear in the number of rows that its chunks have room for.
inline void save_directory(directory const& from, byte_writer& to) {
    auto const& parts = from.parts();
    // Rows behind the last that lives need never be known again: nobody who remembers them outlives the process.
    row_id const next_row = parts.live.isEmpty() ? 0 : parts.live.maximum() + 1;
    auto const key_bytes = detail::live_key_bytes(from, next_row);
    byte_writer live;
    index::detail::write_rows(live, parts.live);
    auto const live_rows = std::move(live).take();
    std::uint64_t size = 0;
    for (auto const each : key_bytes) {
        size += each == detail::absent_chunk
                    ? 0
                    : each + detail::chunk_rows * (sizeof(version) + sizeof(detail::key_range));
    }
    detail::directory_image_head const head{parts.seed, parts.slots.size(), live_rows.size(), next_row,
                                            static_cast<std::uint32_t>(key_bytes.size())};
    to.expect(sizeof head + key_bytes.size() * 4 + live_rows.size() + parts.slots.size() * 8 + size);
    to.put_bytes(detail::raw_text(std::span(&head, 1)));
    to.put_bytes(detail::raw_text(std::span(key_bytes)));
    to.put_bytes(live_rows);
    to.put_bytes(detail::raw_text(std::span(parts.slots)));
    for (std::size_t number = 0; number < key_bytes.size(); ++number) {
        if (key_bytes[number] != detail::absent_chunk) {
            detail::chunk_image(from, number, next_row).write(to);
        }
    }
}

} // namespace mkdb::engine
