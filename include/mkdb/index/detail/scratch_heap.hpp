#pragma once

#include <mkdb/core/address_slots.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/index/detail/ram_space.hpp>
#include <mkdb/index/detail/scratch_spans.hpp>
#include <mkdb/index/detail/size_classes.hpp>
#include <mkdb/index/index_memory.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// Memory on a disk, or RAM, in a slot of addresses, by which `address_slots` knows whose it is.
///
/// Blocks up to `largest_block` are cut from *runs* of blocks of one size class, as in a slab allocator (J. Bonwick,
/// "The Slab Allocator", 1994): a run is a span of one to four units, and links its free blocks in themselves. Of each
/// class one run may be empty, more go back. What is larger is a span of its own, and its room on the disk goes with
/// it. Who gives memory back says how large it is, so that it has no header. When the last of it came back, all room
/// goes.
///
/// The records of runs are in RAM, 28 bytes for each unit. Complexity: constant, beside what the disk takes. Thread
/// safety: one thread at a time.
class scratch_heap {
public:
    /// Null when there is no space, or no slot is left. Throws `std::bad_alloc`.
    [[nodiscard]] static std::unique_ptr<scratch_heap> make(std::shared_ptr<index_memory> memory) {
        auto space = memory->make_scratch();
        if (!space) {
            return nullptr;
        }
        auto made = make(memory, std::move(space), true);
        if (!made) {
            memory->note_excess("no addresses are left for more indexes on disks");
        }
        return made;
    }
    /// Of RAM, which nobody counts here. Null when no slot is left. Throws `std::bad_alloc`.
    [[nodiscard]] static std::unique_ptr<scratch_heap> make_in_ram() {
        return make(nullptr, std::make_unique<ram_space>(), false);
    }
    scratch_heap(scratch_heap const&) = delete;
    scratch_heap& operator=(scratch_heap const&) = delete;
    /// Whatever came from it is not touched any more; it need not have been given back.
    ~scratch_heap() = default;

    [[nodiscard]] bool is_on_disk() const noexcept { return is_on_disk_; }
    /// Why `allocate` gave nothing last.
    [[nodiscard]] char const* obstacle() const noexcept { return spans_.obstacle(); }

    /// Null when there is no room, and for an alignment beyond `most_aligned`.
    [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
        auto const size = size_for(bytes, alignment);
        if (alignment > most_aligned || size > address_slots::slot_bytes) {
            return nullptr;
        }
        auto* const found = size <= largest_block ? allocate_block(class_for(size)) : allocate_span(size);
        used_ += found == nullptr ? 0 : 1;
        return found;
    }

    /// `memory` came from `allocate` with the same numbers.
    void deallocate(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
        auto const size = size_for(bytes, alignment);
        if (size <= largest_block) {
            deallocate_block(static_cast<std::byte*>(memory), class_for(size));
        } else {
            spans_.give_back(spans_.unit_of(memory));
        }
        if (--used_ == 0) {
            give_back_runs();
            spans_.give_back_rest();
        }
    }

private:
    static constexpr std::size_t unit = scratch_space::unit;
    static constexpr std::uint32_t none = scratch_spans::none;
    static constexpr std::size_t quantum = 16;
    static constexpr std::size_t largest_block = 64 * kibibyte;
    static constexpr std::size_t most_aligned = 4 * kibibyte; ///< Slots begin at pages.
    static constexpr std::uint32_t classes = size_class(largest_block / quantum) + 1;
    static constexpr std::uint32_t least_blocks = 4; ///< So many are in a run, so that what is left over is little.

    /// Of a span that is cut into blocks; a unit that is not its first has `first` alone.
    struct run {
        std::uint32_t first = none;
        std::uint32_t size_class = 0;
        std::uint32_t used = 0;
        std::uint32_t cut = 0;     ///< Blocks from here on have never been used.
        std::uint32_t free = 0;    ///< The number of a free block, which has that of the next, and one more; 0: none.
        std::uint32_t next = none; ///< In the list of those that have blocks to give.
        std::uint32_t previous = none;
    };

    class held_slot {
    public:
        held_slot(void* owner, address_slots::share of) : held_(address_slots::instance().take(owner, of)) {}
        held_slot(held_slot const&) = delete;
        held_slot& operator=(held_slot const&) = delete;
        ~held_slot() {
            if (held_) {
                address_slots::instance().give_back(*held_);
            }
        }
        [[nodiscard]] std::byte* get() const noexcept { return held_ ? held_->begin : nullptr; }

    private:
        std::optional<address_slots::slot> held_;
    };

    scratch_heap(std::shared_ptr<index_memory> memory, std::unique_ptr<scratch_space> space, bool is_on_disk)
        : slot_(this, is_on_disk ? address_slots::share::all : address_slots::share::half),
          spans_(std::move(memory), std::move(space), slot_.get()), is_on_disk_(is_on_disk) {
        open_.fill(none);
    }

    [[nodiscard]] static std::unique_ptr<scratch_heap> make(std::shared_ptr<index_memory> memory,
                                                            std::unique_ptr<scratch_space> space, bool is_on_disk) {
        std::unique_ptr<scratch_heap> made(new scratch_heap(std::move(memory), std::move(space), is_on_disk));
        return made->slot_.get() == nullptr ? nullptr : std::move(made);
    }

    [[nodiscard]] void* allocate_span(std::size_t size) noexcept {
        auto const first = spans_.take(static_cast<std::uint32_t>((size + unit - 1) / unit));
        return first == none ? nullptr : spans_.address_of(first);
    }

    /// Blocks of a power of two are aligned like that, up to a page.
    [[nodiscard]] static std::size_t size_for(std::size_t bytes, std::size_t alignment) noexcept {
        auto const size = std::max<std::size_t>(bytes, 1);
        return alignment <= quantum || size > address_slots::slot_bytes ? size
                                                                        : std::bit_ceil(std::max(size, alignment));
    }
    [[nodiscard]] static std::uint32_t class_for(std::size_t size) noexcept {
        return size_class(round_to_class(static_cast<std::uint32_t>((size + quantum - 1) / quantum)));
    }
    [[nodiscard]] static std::uint32_t block_bytes(std::uint32_t number) noexcept {
        return size_of_class(number) * static_cast<std::uint32_t>(quantum);
    }
    [[nodiscard]] static std::uint32_t units_of_run(std::uint32_t number) noexcept {
        return static_cast<std::uint32_t>((std::size_t{least_blocks} * block_bytes(number) + unit - 1) / unit);
    }
    [[nodiscard]] static std::uint32_t blocks_of_run(std::uint32_t number) noexcept {
        return static_cast<std::uint32_t>(units_of_run(number) * unit / block_bytes(number));
    }
    [[nodiscard]] static bool is_full(run const& of) noexcept {
        return of.free == 0 && of.cut == blocks_of_run(of.size_class);
    }

    [[nodiscard]] void* allocate_block(std::uint32_t number) noexcept {
        if (open_[number] == none && !open_run(number)) {
            return nullptr;
        }
        auto& from = runs_[open_[number]];
        auto const block = from.free == 0 ? from.cut++ : from.free - 1;
        auto* const memory = spans_.address_of(from.first) + std::size_t{block} * block_bytes(number);
        if (from.free != 0) {
            std::memcpy(&from.free, memory, sizeof from.free);
        }
        ++from.used;
        if (is_full(from)) {
            unlist(from);
        }
        return memory;
    }

    void deallocate_block(std::byte* memory, std::uint32_t number) noexcept {
        auto& to = runs_[runs_[spans_.unit_of(memory)].first];
        auto const offset = static_cast<std::size_t>(memory - spans_.address_of(to.first));
        bool const was_full = is_full(to);
        std::memcpy(memory, &to.free, sizeof to.free);
        to.free = static_cast<std::uint32_t>(offset / block_bytes(number)) + 1;
        --to.used;
        if (was_full) {
            list(to);
        }
        bool const is_only = to.next == none && to.previous == none;
        if (to.used == 0 && !is_only) {
            unlist(to);
            spans_.give_back(to.first);
        }
    }

    /// Puts a run of empty blocks into the class's list.
    [[nodiscard]] bool open_run(std::uint32_t number) noexcept {
        auto const units = units_of_run(number);
        auto const first = spans_.take(units);
        if (first == none) {
            return false;
        }
        try {
            runs_.resize(std::max<std::size_t>(runs_.size(), first + units));
        } catch (std::bad_alloc const&) {
            spans_.give_back(first);
            return false;
        }
        for (auto each = first; each < first + units; ++each) {
            runs_[each] = run{.first = first, .size_class = number};
        }
        list(runs_[first]);
        return true;
    }

    /// Precondition: all are empty; then each class has one at most.
    void give_back_runs() noexcept {
        for (auto& each : open_) {
            if (each != none) {
                spans_.give_back(std::exchange(each, none));
            }
        }
    }

    void list(run& added) noexcept {
        added.previous = none;
        added.next = std::exchange(open_[added.size_class], added.first);
        if (added.next != none) {
            runs_[added.next].previous = added.first;
        }
    }
    void unlist(run& gone) noexcept {
        (gone.previous == none ? open_[gone.size_class] : runs_[gone.previous].next) = gone.next;
        if (gone.next != none) {
            runs_[gone.next].previous = gone.previous;
        }
        gone.next = gone.previous = none;
    }

    held_slot slot_; ///< Given back when nothing lies there any more.
    scratch_spans spans_;
    bool is_on_disk_;
    std::uint64_t used_ = 0;                    ///< How many blocks and spans are taken.
    std::vector<run> runs_;                     ///< By unit.
    std::array<std::uint32_t, classes> open_{}; ///< The first run of each class that has blocks to give.
};

} // namespace mkdb::index::detail
