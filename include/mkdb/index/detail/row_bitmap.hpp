#pragma once

#include <mkdb/index/detail/index_heap.hpp>
#include <mkdb/index/row_set.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace mkdb::index::detail {

/// A set of rows that an index keeps as a bitmap. It lies in RAM whatever the limit is, since its library has one
/// allocator for the whole process; what it takes counts as the index's (`index_heap`), looked up every so many
/// changes. It is in the list of its heap, which ends it where nobody else does.
class row_bitmap final : private index_heap::outside {
public:
    row_bitmap() = default;
    explicit row_bitmap(row_set rows) : rows_(std::move(rows)) { recount(); }
    row_bitmap(row_bitmap&& other) noexcept
        : outside(other), rows_(std::move(other.rows_)), counted_(std::exchange(other.counted_, 0)),
          changes_(other.changes_) {}
    row_bitmap& operator=(row_bitmap&& other) noexcept {
        std::swap(rows_, other.rows_);
        std::swap(counted_, other.counted_);
        std::swap(changes_, other.changes_);
        return *this;
    }
    ~row_bitmap() { index_heap::recount_bitmap(0, counted_); }

    /// One by itself, for what lies in an index. Throws `std::bad_alloc`.
    [[nodiscard]] static std::unique_ptr<row_bitmap> make(row_set rows = {}) {
        auto made = std::make_unique<row_bitmap>(std::move(rows));
        made->is_by_itself_ = true;
        return made;
    }

    [[nodiscard]] row_set const& rows() const noexcept { return rows_; }

    /// False when the row was there already.
    bool add(std::uint32_t row) {
        bool const added = rows_.addChecked(row);
        note_change();
        return added;
    }
    /// False when the row was not there.
    bool remove(std::uint32_t row) {
        bool const removed = rows_.removeChecked(row);
        note_change();
        return removed;
    }

    /// Calls `change(rows)`, after which many may be others.
    template <class Change>
    void change(Change&& change) {
        std::forward<Change>(change)(rows_);
        recount();
    }

    /// About what it takes.
    [[nodiscard]] std::uint64_t bytes() const { return sizeof(row_bitmap) + rows_.getSizeInBytes(); }

private:
    /// Counting takes time in proportion to the parts of a bitmap, one for 65,536 rows.
    static constexpr std::uint32_t changes_between_counts = 256;

    void end() noexcept override {
        leave();
        if (is_by_itself_) {
            delete this;
        } else {
            row_set().swap(rows_);
        }
    }

    void note_change() {
        if (++changes_ >= changes_between_counts) {
            recount();
        }
    }
    void recount() {
        auto const now = bytes();
        index_heap::recount_bitmap(now, std::exchange(counted_, now));
        changes_ = 0;
    }

    row_set rows_;
    std::uint64_t counted_ = 0;
    std::uint32_t changes_ = 0;
    bool is_by_itself_ = false;
};

} // namespace mkdb::index::detail
