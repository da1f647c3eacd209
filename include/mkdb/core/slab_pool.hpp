#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace mkdb {

/// Blocks of some KiB each, side by side in large slabs. What is given back serves later blocks of its size; all memory
/// goes when the pool goes. The standard pools round to powers of two, which for blocks of this size wastes a third.
///
/// Complexity: constant. Thread safety: distinct objects: safe.
class slab_pool final : public std::pmr::memory_resource {
public:
    explicit slab_pool(std::pmr::memory_resource* upstream) noexcept : upstream_(upstream) {}
    slab_pool(slab_pool const&) = delete;
    slab_pool& operator=(slab_pool const&) = delete;
    ~slab_pool() override = default;

private:
    static constexpr std::size_t quantum = 16 * kibibyte;
    static constexpr std::size_t first_slab = 256 * kibibyte;
    static constexpr std::size_t full_slab = 2 * mebibyte;
    static constexpr std::size_t largest_block = full_slab / 2;

    struct give_back {
        std::pmr::memory_resource* upstream = nullptr;
        std::size_t size = 0;
        void operator()(std::byte* slab) const { upstream->deallocate(slab, size, quantum); }
    };

    /// Lies in a block that was given back.
    struct spare {
        spare* next = nullptr;
    };

    /// Others are none of the pool's business: upstream serves them.
    [[nodiscard]] static bool is_block(std::size_t bytes) noexcept {
        return bytes > quantum / 2 && bytes <= largest_block;
    }

    [[nodiscard]] static std::size_t size_of_block(std::size_t bytes) noexcept {
        return (bytes + quantum - 1) / quantum * quantum;
    }

    [[nodiscard]] void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (!is_block(bytes)) {
            return upstream_->allocate(bytes, alignment);
        }
        MKDB_ASSERT(alignment <= quantum);
        auto const size = size_of_block(bytes);
        if (auto*& first = spare_[size / quantum]; first != nullptr) {
            return std::exchange(first, first->next);
        }
        if (rest_.size() < size) {
            begin_slab(size);
        }
        auto const block = rest_.first(size);
        rest_ = rest_.subspan(size);
        return block.data();
    }

    void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override {
        if (is_block(bytes)) {
            keep(block, size_of_block(bytes));
        } else {
            upstream_->deallocate(block, bytes, alignment);
        }
    }

    [[nodiscard]] bool do_is_equal(std::pmr::memory_resource const& other) const noexcept override {
        return this == &other;
    }

    void keep(void* block, std::size_t size) noexcept {
        auto*& first = spare_[size / quantum];
        first = ::new (block) spare{first};
    }

    /// A pool that holds little takes little.
    void begin_slab(std::size_t block) {
        auto const size = total_ < largest_block ? std::max({total_, first_slab, block}) : full_slab;
        auto* const start = static_cast<std::byte*>(upstream_->allocate(size, quantum));
        slabs_.push_back(std::unique_ptr<std::byte, give_back>(start, give_back{upstream_, size}));
        total_ += size;
        if (!rest_.empty() && rest_.size() <= largest_block) {
            keep(rest_.data(), rest_.size());
        }
        rest_ = {start, size};
    }

    std::pmr::memory_resource* upstream_;
    std::vector<std::unique_ptr<std::byte, give_back>> slabs_;
    std::size_t total_ = 0;
    std::span<std::byte> rest_; ///< Of the newest slab, what no block has had yet.
    std::array<spare*, largest_block / quantum + 1> spare_{};
};

} // namespace mkdb
