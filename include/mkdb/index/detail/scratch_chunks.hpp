#pragma once

#include <mkdb/core/address_slots.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/index/index_memory.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <utility>

namespace mkdb::index::detail {

/// A slot of addresses that is filled from a disk, from its beginning on, and a pool over that for small blocks.
///
/// Large blocks that are given back leave the disk at once; their addresses are not used again, of which there are
/// many.
class scratch_chunks final : private std::pmr::memory_resource {
public:
    /// Null when there is no space, or no slot is left. Throws `std::bad_alloc`.
    [[nodiscard]] static std::unique_ptr<scratch_chunks> make(std::shared_ptr<index_memory> memory) {
        auto space = memory->make_scratch();
        if (!space) {
            return nullptr;
        }
        std::unique_ptr<scratch_chunks> made(new scratch_chunks(std::move(memory), std::move(space)));
        auto const taken = address_slots::instance().take(made.get());
        if (!taken) {
            return nullptr;
        }
        made->slot_ = *taken;
        made->open_pool();
        return made;
    }
    scratch_chunks(scratch_chunks const&) = delete;
    scratch_chunks& operator=(scratch_chunks const&) = delete;
    /// Whatever came from it is given back before.
    ~scratch_chunks() override {
        pool_.reset();
        space_.reset(); // Before another may put something there.
        memory_->remove_disk(bytes());
        if (slot_.begin != nullptr) {
            address_slots::instance().give_back(slot_);
        }
    }

    /// Throws `std::bad_alloc` when the disk has no more room.
    [[nodiscard]] std::pmr::memory_resource& pool() noexcept { return *pool_; }

private:
    static constexpr std::size_t page = 4 * kibibyte;
    /// So much is asked of the disk at a time.
    static constexpr std::size_t step = 4 * mebibyte;
    /// Blocks from here on are not shared by the pool, and leave the disk when they are given back.
    static constexpr std::size_t large = 64 * kibibyte;

    scratch_chunks(std::shared_ptr<index_memory> memory, std::unique_ptr<scratch_space> space)
        : memory_(std::move(memory)), space_(std::move(space)) {}

    void open_pool() {
        std::pmr::memory_resource* const from = this;
        pool_.emplace(std::pmr::pool_options{.max_blocks_per_chunk = 256, .largest_required_pool_block = large / 2},
                      from);
    }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return backed_ - discarded_; }

    [[nodiscard]] static std::size_t up_to(std::size_t unit, std::size_t bytes) noexcept {
        return (bytes + unit - 1) / unit * unit;
    }

    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        auto const begin = up_to(bytes >= large ? page : alignment, end_);
        auto const end = begin + (bytes >= large ? up_to(page, bytes) : bytes);
        if (end > backed_) {
            auto const wanted = std::min(up_to(step, end), address_slots::slot_bytes);
            if (end > wanted || !space_->back(slot_.begin + backed_, wanted - backed_)) {
                throw std::bad_alloc();
            }
            memory_->add_disk(wanted - backed_);
            backed_ = wanted;
        }
        end_ = end;
        return slot_.begin + begin;
    }

    void do_deallocate(void* memory, std::size_t bytes, std::size_t /*alignment*/) override {
        if (bytes >= large) {
            space_->discard(static_cast<std::byte*>(memory), up_to(page, bytes));
            discarded_ += up_to(page, bytes);
            memory_->remove_disk(up_to(page, bytes));
        }
    }

    [[nodiscard]] bool do_is_equal(std::pmr::memory_resource const& other) const noexcept override {
        return this == &other;
    }

    std::shared_ptr<index_memory> memory_;
    std::unique_ptr<scratch_space> space_;
    address_slots::slot slot_;
    std::size_t end_ = 0;
    std::size_t backed_ = 0;
    std::size_t discarded_ = 0;
    std::optional<std::pmr::unsynchronized_pool_resource> pool_; ///< Takes memory from its first moment to its last.
};

} // namespace mkdb::index::detail
