#pragma once

#include <mkdb/core/address_slots.hpp>
#include <mkdb/index/detail/scratch_heap.hpp>
#include <mkdb/index/index_memory.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace mkdb::index::detail {

/// The memory of one index: RAM as long as its `index_memory` has some, and then a disk's.
///
/// What `index_allocator` is asked for while a `use` of a heap lives comes from that heap. Where memory came from shows
/// by its address when it is given back, so that no container needs to know.
/// Thread safety: one thread at a time.
class index_heap {
public:
    explicit index_heap(std::shared_ptr<index_memory> memory) : memory_(std::move(memory)) {}
    index_heap(index_heap const&) = delete;
    index_heap& operator=(index_heap const&) = delete;
    /// Whatever came from it is given back before.
    ~index_heap() { memory_->give_back(ram_bytes()); }

    [[nodiscard]] std::uint64_t ram_bytes() const noexcept { return ram_ + bitmaps_; }

    class use {
    public:
        /// Null: the process's own.
        explicit use(index_heap* heap) noexcept : before_(std::exchange(current(), heap)) {}
        use(use const&) = delete;
        use& operator=(use const&) = delete;
        ~use() { current() = before_; }

    private:
        index_heap* before_;
    };

    [[nodiscard]] static void* allocate(std::size_t bytes, std::size_t alignment) {
        auto* const heap = current();
        return heap == nullptr ? allocate_in_ram(bytes, alignment) : heap->allocate_here(bytes, alignment);
    }

    static void deallocate(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
        if (auto* const owner = address_slots::instance().owner_of(memory)) {
            static_cast<scratch_heap*>(owner)->deallocate(memory, bytes, alignment);
            return;
        }
        if (auto* const heap = current()) {
            heap->return_ram(bytes);
        }
        if (alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
            ::operator delete (memory, bytes, std::align_val_t{alignment});
        } else {
            ::operator delete(memory, bytes);
        }
    }

    /// A bitmap of the index that is being changed takes so much now, which it did not before.
    static void recount_bitmap(std::uint64_t now, std::uint64_t before) noexcept {
        if (auto* const heap = current()) {
            auto const gone = std::min(before, heap->bitmaps_);
            heap->bitmaps_ += now - gone;
            heap->memory_->take_anyway(now);
            heap->memory_->give_back(gone);
        }
    }

private:
    static constexpr std::uint32_t passed_over_after_failure = 1000;

    [[nodiscard]] static index_heap*& current() noexcept {
        thread_local index_heap* heap = nullptr;
        return heap;
    }

    [[nodiscard]] static void* allocate_in_ram(std::size_t bytes, std::size_t alignment) {
        return alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__ ? ::operator new (bytes, std::align_val_t{alignment})
                                                            : ::operator new(bytes);
    }

    [[nodiscard]] void* allocate_here(std::size_t bytes, std::size_t alignment) {
        if (!memory_->take(bytes)) {
            if (auto* const found = allocate_on_disk(bytes, alignment)) {
                return found;
            }
            memory_->take_anyway(bytes); // An answer that is short of RAM is better than none.
        }
        ram_ += bytes;
        try {
            return allocate_in_ram(bytes, alignment);
        } catch (std::bad_alloc const&) {
            return_ram(bytes);
            throw;
        }
    }

    /// Null when the disk gives none. One that there is not is not asked for again at once.
    [[nodiscard]] void* allocate_on_disk(std::size_t bytes, std::size_t alignment) noexcept {
        if (!on_disk_ && passed_over_ > 0) {
            --passed_over_;
            return nullptr;
        }
        try {
            if (!on_disk_) {
                on_disk_ = scratch_heap::make(memory_);
            }
        } catch (std::bad_alloc const&) {
            // As without one.
        }
        if (!on_disk_) {
            memory_->note_excess("no addresses are left for more indexes on disks");
            passed_over_ = passed_over_after_failure;
            return nullptr;
        }
        auto* const found = on_disk_->allocate(bytes, alignment);
        if (found == nullptr) {
            memory_->note_excess("the disk has too little room, or the addresses of an index are used up");
        }
        return found;
    }

    /// What was taken before this heap was in use is not its own.
    void return_ram(std::uint64_t bytes) noexcept {
        auto const own = bytes < ram_ ? bytes : ram_;
        ram_ -= own;
        memory_->give_back(own);
    }

    std::shared_ptr<index_memory> memory_;
    std::uint64_t ram_ = 0;
    std::uint64_t bitmaps_ = 0;
    std::unique_ptr<scratch_heap> on_disk_;
    std::uint32_t passed_over_ = 0; ///< How many times a disk is still not asked for.
};

} // namespace mkdb::index::detail
