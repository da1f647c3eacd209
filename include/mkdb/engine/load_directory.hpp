#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/detail/directory_image.hpp>
#include <mkdb/engine/directory.hpp>
#include <mkdb/index/detail/row_set_format.hpp>
#include <mkdb/log/checkpoint_file.hpp>

#include <algorithm>
#include <bit>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Reads what `save_directory` wrote, straight into the arrays of a directory. Whatever the bytes are, it reads and
/// allocates only in proportion to them, and gives a directory that keeps its promises, or fails.
template <class File>
class directory_loader {
public:
    /// `segments` are all that a version may lie in, sorted.
    directory_loader(log::section_stream<File> from, std::span<std::uint32_t const> segments)
        : from_(std::move(from)), segments_(segments) {}

    /// Errors: `corrupt_file`, `io`. Complexity: linear in the bytes; nothing is hashed.
    [[nodiscard]] result<directory> load() {
        MKDB_TRY(load_head());
        MKDB_TRY(load_live());
        MKDB_TRY(load_slots());
        for (std::size_t number = 0; number < head_.chunk_count; ++number) {
            parts_.chunks.push_back(nullptr);
            if (key_bytes_[number] != detail::absent_chunk) {
                MKDB_TRY(load_chunk(number));
            } else if (live_in(number) > 0) {
                return wrong("rows of a chunk that is not there");
            }
        }
        settle_segment();
        MKDB_TRY(from_.finish());
        parts_.seed = head_.seed;
        parts_.next_row = head_.next_row;
        return directory(std::move(parts_));
    }

private:
    static constexpr std::size_t piece_slots = 16384;

    [[nodiscard]] static error wrong(std::string const& what) {
        return fail(errc::corrupt_file, "its directory holds " + what);
    }

    [[nodiscard]] result<> load_head() {
        MKDB_TRY(from_.read_value(head_));
        auto const chunks = (std::uint64_t{head_.next_row} + detail::chunk_rows - 1) / detail::chunk_rows;
        if (head_.chunk_count != chunks || head_.next_row == detail::no_row || chunks * 4 > from_.left() ||
            head_.live_rows_bytes > from_.left() || head_.slot_count > from_.left() / sizeof(detail::directory_slot) ||
            !std::has_single_bit(head_.slot_count) || head_.slot_count < detail::minimum_slots) {
            return wrong("sizes that cannot be");
        }
        key_bytes_.resize(chunks);
        return from_.read(std::as_writable_bytes(std::span(key_bytes_)));
    }

    [[nodiscard]] result<> load_live() {
        std::string bytes(head_.live_rows_bytes, '\0');
        MKDB_TRY(from_.read(std::as_writable_bytes(std::span(bytes))));
        index::row_set all;
        all.addRange(0, head_.next_row);
        byte_reader reader(bytes);
        auto live = index::detail::read_rows(reader, all);
        if (!live || !reader.at_end() || live->cardinality() * 4 > head_.slot_count * 3 ||
            (head_.next_row > 0 && !live->contains(head_.next_row - 1))) {
            return wrong("rows that cannot be");
        }
        parts_.live = std::move(*live);
        dense_ = parts_.live.cardinality() == head_.next_row;
        return {};
    }

    /// Each live row has exactly one slot: else a row that goes would leave a slot that leads nowhere.
    [[nodiscard]] result<> load_slots() {
        std::vector<bool> seen(head_.next_row);
        std::vector<detail::directory_slot> piece(std::min<std::uint64_t>(piece_slots, head_.slot_count));
        parts_.slots.reserve(head_.slot_count);
        std::uint64_t taken = 0;
        while (parts_.slots.size() < head_.slot_count) {
            MKDB_TRY(from_.read(std::as_writable_bytes(std::span(piece))));
            for (auto const& slot : piece) {
                if (slot.row == detail::no_row) {
                    continue;
                }
                if (slot.row >= head_.next_row || seen[slot.row] || !is_live(slot.row)) {
                    return wrong("slots of rows that are not there");
                }
                seen[slot.row] = true;
                ++taken;
            }
            parts_.slots.insert(parts_.slots.end(), piece.begin(), piece.end());
        }
        return taken == parts_.live.cardinality() ? result<>() : wrong("rows without a slot");
    }

    [[nodiscard]] result<> load_chunk(std::size_t number) {
        auto const rows = detail::rows_of_chunk(number, head_.next_row);
        if (key_bytes_[number] + rows * (sizeof(version) + sizeof(detail::key_range)) > from_.left()) {
            return wrong("a chunk that is longer than the rest");
        }
        auto made = std::make_unique<detail::directory_chunk>(parts_.memory);
        MKDB_TRY(from_.read(std::as_writable_bytes(std::span(made->versions).first(rows))));
        MKDB_TRY(from_.read(std::as_writable_bytes(std::span(made->keys).first(rows))));
        made->key_bytes.resize(key_bytes_[number]);
        MKDB_TRY(from_.read(std::as_writable_bytes(std::span(made->key_bytes))));
        made->live = live_in(number);
        bool const full = made->live == rows;
        auto const first = static_cast<row_id>(number * detail::chunk_rows);
        for (std::size_t i = 0; i < rows; ++i) {
            if ((full || is_live(first + static_cast<row_id>(i))) &&
                !check_row(made->versions[i], made->keys[i], made->key_bytes.size())) {
                return wrong("a row that cannot be");
            }
        }
        parts_.chunks.back() = std::move(made);
        return {};
    }

    [[nodiscard]] bool check_row(version const& newest, detail::key_range key, std::size_t key_bytes) {
        if (newest.where.segment != segment_) {
            settle_segment();
            segment_ = newest.where.segment;
            segment_known_ = std::ranges::binary_search(segments_, segment_);
        }
        segment_bytes_ += newest.where.length;
        // A segment of versions without bytes would be unknown to the directory, which erases them by it.
        bool const takes_room = newest.where.length > 0;
        bool const in_order = newest.created > newest_created_ && newest.created <= newest.sequence;
        newest_created_ = newest.created;
        return segment_known_ && takes_room && in_order && key.length > 0 && key.length <= limits::id_bytes &&
               key.offset <= key_bytes && key.length <= key_bytes - key.offset;
    }

    /// Rows of one segment come in long runs: their bytes are added up before they are looked up.
    void settle_segment() {
        if (segment_bytes_ > 0) {
            parts_.occupied.add(segment_, std::exchange(segment_bytes_, 0));
        }
    }

    [[nodiscard]] bool is_live(row_id row) const { return dense_ || parts_.live.contains(row); }

    [[nodiscard]] std::uint32_t live_in(std::size_t number) const {
        auto const first = static_cast<row_id>(number * detail::chunk_rows);
        auto const rows = detail::rows_of_chunk(number, head_.next_row);
        auto const before = first == 0 ? 0 : parts_.live.rank(first - 1);
        return static_cast<std::uint32_t>(parts_.live.rank(first + static_cast<row_id>(rows) - 1) - before);
    }

    log::section_stream<File> from_;
    std::span<std::uint32_t const> segments_;
    detail::directory_image_head head_;
    detail::directory_parts parts_;
    std::vector<std::uint32_t> key_bytes_;
    bool dense_ = false;
    std::uint32_t segment_ = 0;
    bool segment_known_ = false;
    std::uint64_t segment_bytes_ = 0;
    std::uint64_t newest_created_ = 0;
};

} // namespace mkdb::engine
