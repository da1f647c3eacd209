#pragma once

#include <mkdb/index/detail/row_bitmap.hpp>
#include <mkdb/index/index_allocator.hpp>
#include <mkdb/index/row_set.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace mkdb::index {

/// A set of rows in sixteen bytes: most keys of an index have one row or two, a few have a million.
///
/// Up to two rows lie inline, up to `array_limit` in a sorted array, more in a Roaring bitmap. Shrinking goes back at
/// half the limit, so that one row coming and going at the border does not convert every time.
class posting_list {
public:
    posting_list() noexcept = default;
    posting_list(posting_list&& other) noexcept { swap(other); }
    posting_list& operator=(posting_list&& other) noexcept {
        posting_list(std::move(other)).swap(*this);
        return *this;
    }
    posting_list(posting_list const&) = delete;
    posting_list& operator=(posting_list const&) = delete;
    ~posting_list() { release(); }

    /// False when the row was there already.
    bool insert(std::uint32_t row) {
        if (is_bitmap()) {
            auto const added = bitmap().add(row);
            size_ += added ? 1 : 0;
            return added;
        }
        auto const rows = small();
        auto const at = std::ranges::lower_bound(rows, row);
        if (at != rows.end() && *at == row) {
            return false;
        }
        auto const index = static_cast<std::size_t>(at - rows.begin());
        if (size_ == array_limit) {
            become_bitmap();
            bitmap().add(row);
        } else {
            insert_small(index, row);
        }
        ++size_;
        return true;
    }

    /// False when the row was not there.
    bool erase(std::uint32_t row) {
        if (is_bitmap()) {
            if (!bitmap().remove(row)) {
                return false;
            }
            if (--size_ <= array_limit / 2) {
                become_array();
            }
            return true;
        }
        auto const rows = small();
        auto const at = std::ranges::lower_bound(rows, row);
        if (at == rows.end() || *at != row) {
            return false;
        }
        std::copy(at + 1, rows.end(), at);
        --size_;
        return true;
    }

    /// The rows of a fresh list at once. Preconditions: the list is empty, the rows ascend.
    void assign(std::span<std::uint32_t const> rows) {
        auto const count = static_cast<std::uint32_t>(rows.size());
        if (count > array_limit) {
            adopt(detail::row_bitmap::make(row_set(rows.size(), rows.data())).release(), bitmap_mark);
        } else if (count > inline_limit) {
            auto const capacity = std::bit_ceil(count);
            auto* const array = rows_memory().allocate(capacity);
            std::ranges::copy(rows, array);
            adopt(array, capacity);
        } else {
            std::ranges::copy(rows, inline_.data());
        }
        size_ = count;
    }

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

    [[nodiscard]] row_set rows() const { return is_bitmap() ? bitmap().rows() : row_set(size_, small().data()); }
    void add_to(row_set& rows) const {
        if (is_bitmap()) {
            rows |= bitmap().rows();
        } else {
            rows.addMany(size_, small().data());
        }
    }
    [[nodiscard]] row_set intersection(posting_list const& other) const {
        if (is_bitmap() && other.is_bitmap()) {
            return bitmap().rows() & other.bitmap().rows();
        }
        auto common = rows();
        other.keep_in(common);
        return common;
    }
    /// Removes from `rows` what is not in this list.
    void keep_in(row_set& rows) const {
        if (is_bitmap()) {
            rows &= bitmap().rows();
        } else {
            rows &= row_set(size_, small().data());
        }
    }

    /// Calls `visit` with the rows, which ascend: a span, or the set of those that are many.
    template <class Visit>
    void visit_rows(Visit&& visit) const {
        if (is_bitmap()) {
            visit(bitmap().rows());
        } else {
            visit(small());
        }
    }

    /// Memory beside the sixteen bytes.
    [[nodiscard]] std::uint64_t heap_bytes() const {
        return is_bitmap() ? bitmap().bytes() : (is_inline() ? 0 : capacity_ * sizeof(std::uint32_t));
    }

private:
    using rows_memory = index_allocator<std::uint32_t>;
    static constexpr std::uint32_t inline_limit = 2;
    static constexpr std::uint32_t array_limit = 256;
    static constexpr std::uint32_t bitmap_mark = UINT32_MAX;

    [[nodiscard]] bool is_inline() const noexcept { return capacity_ == inline_limit; }
    [[nodiscard]] bool is_bitmap() const noexcept { return capacity_ == bitmap_mark; }

    /// The eight bytes hold two rows, or a pointer to the array or bitmap: `capacity_` says which.
    template <class T>
    [[nodiscard]] T* pointer() const noexcept {
        T* at = nullptr;
        std::memcpy(&at, inline_.data(), sizeof at);
        return at;
    }
    template <class T>
    void set_pointer(T* to) noexcept {
        std::memcpy(inline_.data(), &to, sizeof to);
    }

    [[nodiscard]] detail::row_bitmap& bitmap() const noexcept { return *pointer<detail::row_bitmap>(); }
    [[nodiscard]] std::span<std::uint32_t> small() noexcept {
        return {is_inline() ? inline_.data() : pointer<std::uint32_t>(), size_};
    }
    [[nodiscard]] std::span<std::uint32_t const> small() const noexcept {
        return {is_inline() ? inline_.data() : pointer<std::uint32_t>(), size_};
    }

    void insert_small(std::size_t index, std::uint32_t row) {
        if (size_ == capacity_) {
            auto const grown = std::min(capacity_ * 2, array_limit);
            auto* const larger = rows_memory().allocate(grown);
            std::ranges::copy(small(), larger);
            adopt(larger, grown);
        }
        auto* const first = is_inline() ? inline_.data() : pointer<std::uint32_t>();
        std::copy_backward(first + index, first + size_, first + size_ + 1);
        first[index] = row;
    }

    void become_bitmap() {
        auto made = detail::row_bitmap::make(row_set(size_, small().data()));
        adopt(made.release(), bitmap_mark);
    }

    void become_array() {
        auto* const array = rows_memory().allocate(array_limit);
        bitmap().rows().toUint32Array(array);
        adopt(array, array_limit);
    }

    template <class T>
    void adopt(T* storage, std::uint32_t capacity) noexcept {
        release();
        set_pointer(storage);
        capacity_ = capacity;
    }

    void release() noexcept {
        if (is_bitmap()) {
            delete pointer<detail::row_bitmap>();
        } else if (!is_inline()) {
            rows_memory().deallocate(pointer<std::uint32_t>(), capacity_);
        }
    }

    void swap(posting_list& other) noexcept {
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
        std::swap(inline_, other.inline_);
    }

    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = inline_limit;
    alignas(void*) std::array<std::uint32_t, inline_limit> inline_{};
};

static_assert(sizeof(posting_list) == 16);

} // namespace mkdb::index
