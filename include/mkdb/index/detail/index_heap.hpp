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
///
/// With a limit RAM is of addresses of its own, too (`scratch_heap`), and what else the index has is in a list
/// (`outside`): so all of it can end at once, and nobody has to read back what lies on the disk (`ends_by_itself`).
/// Thread safety: one thread at a time.
class index_heap {
public:
    explicit index_heap(std::shared_ptr<index_memory> memory) : memory_(std::move(memory)) {}
    index_heap(index_heap const&) = delete;
    index_heap& operator=(index_heap const&) = delete;
    /// Whatever came from it is given back before, or is not touched any more, where it `ends_by_itself`.
    ~index_heap() {
        while (outside_.next_ != &outside_) {
            outside_.next_->end();
        }
        memory_->give_back(ram_bytes());
    }

    [[nodiscard]] std::uint64_t ram_bytes() const noexcept { return ram_ + bitmaps_; }

    /// Whether all that came from it goes with it. Also when the disk lost some of it: then what is in it must not be
    /// followed, and what else the index had is lost.
    [[nodiscard]] bool ends_by_itself() const noexcept {
        return ((in_ram_ || on_disk_) && unowned_ == 0) || (on_disk_ && memory_->has_lost());
    }

    /// What an index has that does not come from `allocate`. In the list of the heap that is in use when it is made.
    class outside {
    public:
        outside() noexcept {
            if (auto* const heap = current()) {
                join(heap->outside_);
            }
        }
        /// Beside the other, wherever that is.
        outside(outside& other) noexcept { join(other); }
        outside(outside const&) = delete;
        outside& operator=(outside const&) = delete;

        /// Gives up what it has, and leaves the list.
        virtual void end() noexcept = 0;

    protected:
        ~outside() { leave(); }

        void leave() noexcept {
            previous_->next_ = next_;
            next_->previous_ = previous_;
            previous_ = next_ = this;
        }

    private:
        friend index_heap;

        struct head_tag {};
        explicit outside(head_tag /*alone*/) noexcept {}

        void join(outside& at) noexcept {
            previous_ = &at;
            next_ = std::exchange(at.next_, this);
            next_->previous_ = this;
        }

        outside* previous_ = this;
        outside* next_ = this;
    };

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
        auto* const owner = static_cast<scratch_heap*>(address_slots::instance().owner_of(memory));
        auto* const heap = current();
        if (heap != nullptr && (owner == nullptr || !owner->is_on_disk())) {
            heap->return_ram(bytes);
        }
        if (owner != nullptr) {
            owner->deallocate(memory, bytes, alignment);
            return;
        }
        if (heap != nullptr && heap->unowned_ > 0) {
            --heap->unowned_;
        }
        if (alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
            ::operator delete (memory, std::align_val_t{alignment});
        } else {
            ::operator delete(memory); // Its size is not told: clang has no such function unless asked for it.
        }
    }

    /// Whether the index that is being changed may take so much RAM more for what it can do without.
    [[nodiscard]] static bool has_room(std::uint64_t bytes) noexcept {
        auto const* const heap = current();
        return heap == nullptr || heap->memory_->has_room(bytes);
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
            if (auto* const found = allocate_owned(bytes, alignment)) {
                return found;
            }
            auto* const made = allocate_in_ram(bytes, alignment);
            ++unowned_;
            return made;
        } catch (std::bad_alloc const&) {
            return_ram(bytes);
            throw;
        }
    }

    /// RAM that ends with the heap; null where the process's own has to do. Without a limit that is quicker to have.
    [[nodiscard]] void* allocate_owned(std::size_t bytes, std::size_t alignment) {
        if (!in_ram_ && (memory_->limit() == 0 || has_no_slot_)) {
            return nullptr;
        }
        if (!in_ram_) {
            in_ram_ = scratch_heap::make_in_ram();
            has_no_slot_ = !in_ram_;
        }
        return in_ram_ ? in_ram_->allocate(bytes, alignment) : nullptr;
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
            memory_->note_excess("there is no memory for what is to be noted of the disk");
        }
        if (!on_disk_) {
            passed_over_ = passed_over_after_failure;
            return nullptr;
        }
        auto* const found = on_disk_->allocate(bytes, alignment);
        if (found == nullptr) {
            memory_->note_excess(on_disk_->obstacle());
        }
        return found;
    }

    /// What was taken before this heap was in use is not its own.
    void return_ram(std::uint64_t bytes) noexcept {
        auto const own = bytes < ram_ ? bytes : ram_;
        ram_ -= own;
        memory_->give_back(own);
    }

    class head final : public outside {
    public:
        head() noexcept : outside(head_tag{}) {}
        void end() noexcept override {}
    };

    std::shared_ptr<index_memory> memory_;
    head outside_;
    std::uint64_t ram_ = 0;
    std::uint64_t bitmaps_ = 0;
    std::uint64_t unowned_ = 0; ///< How many blocks of the process's own RAM are taken, at most.
    bool has_no_slot_ = false;
    std::unique_ptr<scratch_heap> in_ram_;
    std::unique_ptr<scratch_heap> on_disk_;
    std::uint32_t passed_over_ = 0; ///< How many times a disk is still not asked for.
};

} // namespace mkdb::index::detail
