#pragma once

#include <mkdb/core/address_slots.hpp>
#include <mkdb/core/bytes.hpp>
#include <mkdb/core/scratch_space.hpp>
#include <mkdb/index/detail/size_classes.hpp>
#include <mkdb/index/index_memory.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// Cuts a slot of addresses into spans of units (`scratch_space::unit`), which have room on a disk while they are
/// taken.
///
/// Free spans are in lists by their size class, of which a bit says whether it is empty; two that touch are one (M.
/// Masmano et al., "TLSF: a new dynamic memory allocator for real-time systems", 2004). Taken ones have the size of
/// their class, so that one is found by whoever needs as much again. What is behind the last one taken is in no list:
/// its beginning has room, up to `step`, so that the disk is not asked for each span.
///
/// The records of spans are in RAM, 16 bytes for each unit: nothing of a free span is touched, and all of its room is
/// given back. Complexity: constant, beside what the disk takes. Thread safety: one thread at a time.
class scratch_spans {
public:
    static constexpr std::size_t unit = scratch_space::unit;
    static constexpr std::uint32_t none = UINT32_MAX;

    /// Nothing lies at the slot's addresses yet. Without `memory` nobody counts the room.
    scratch_spans(std::shared_ptr<index_memory> memory, std::unique_ptr<scratch_space> space, std::byte* begin)
        : memory_(std::move(memory)), space_(std::move(space)), begin_(begin) {
        lists_.fill(none);
    }
    scratch_spans(scratch_spans const&) = delete;
    scratch_spans& operator=(scratch_spans const&) = delete;
    ~scratch_spans() { count_less(with_room_); }

    /// The first of so many units, one at least; none without room or addresses: nothing has changed then.
    [[nodiscard]] std::uint32_t take(std::uint32_t units) noexcept {
        auto const wanted = units <= capacity ? round_to_class(units) : units;
        auto const listed = find_listed(wanted);
        if (listed != none && give_room(listed, wanted)) {
            take_listed(listed, wanted);
            return listed;
        }
        return take_behind(wanted);
    }

    /// `first` is what `take` returned.
    void give_back(std::uint32_t first) noexcept {
        auto begin = first;
        auto end = first + records_[first].units;
        if (first > 0 && records_[first - 1].free) {
            begin -= records_[first - 1].units;
            unlist(begin);
        }
        if (end == end_) {
            give_back_last(begin, first);
            return;
        }
        take_room(first, end);
        if (records_[end].free) {
            auto const next = end;
            end += records_[next].units;
            unlist(next);
        }
        list(begin, end);
    }

    /// Gives back all room, also what `take` keeps ahead. Precondition: nothing is taken.
    void give_back_rest() noexcept {
        take_room(end_, room_end_);
        room_end_ = end_;
    }

    /// Why `take` gave none last.
    [[nodiscard]] char const* obstacle() const noexcept { return obstacle_; }

    [[nodiscard]] std::byte* address_of(std::uint32_t number) const noexcept { return begin_ + number * unit; }
    [[nodiscard]] std::uint32_t unit_of(void const* at) const noexcept {
        return static_cast<std::uint32_t>(static_cast<std::size_t>(static_cast<std::byte const*>(at) - begin_) / unit);
    }

private:
    static constexpr auto capacity = static_cast<std::uint32_t>(address_slots::slot_bytes / unit);
    /// So much is asked of the disk at a time, and kept behind the last span.
    static constexpr auto step = static_cast<std::uint32_t>(4 * mebibyte / unit);
    static constexpr std::uint32_t passed_over_after_refusal = 1000;
    static constexpr std::uint32_t classes = size_class(capacity) + 1;
    static constexpr std::uint32_t word_bits = 64;

    /// Of the span that begins at a unit, or ends with it. Units in between have what was once.
    struct record {
        std::uint32_t units = 0;
        std::uint32_t next = none; ///< In the list of free ones: of the beginning, as the one below.
        std::uint32_t previous = none;
        bool free = false;
    };

    [[nodiscard]] std::uint32_t find_listed(std::uint32_t units) const noexcept {
        auto const number = size_class(units);
        auto word = number / word_bits;
        if (word >= filled_.size()) {
            return none;
        }
        auto found = filled_[word] >> (number % word_bits) << (number % word_bits);
        while (found == 0 && ++word < filled_.size()) {
            found = filled_[word];
        }
        return found == 0 ? none : lists_[word * word_bits + static_cast<std::uint32_t>(std::countr_zero(found))];
    }

    void take_listed(std::uint32_t first, std::uint32_t units) noexcept {
        auto const end = first + records_[first].units;
        unlist(first);
        mark(first, first + units, false);
        if (first + units < end) {
            list(first + units, end);
        }
    }

    [[nodiscard]] std::uint32_t take_behind(std::uint32_t units) noexcept {
        if (units > capacity - end_) {
            obstacle_ = "the addresses of an index are used up";
            return none;
        }
        if (!make_records(end_ + units)) {
            obstacle_ = "there is no memory for what is to be noted of the disk";
            return none;
        }
        auto const end = end_ + units;
        auto const ahead = std::min((end + step - 1) / step * step, capacity);
        if (!give_room_up_to(ahead) && !give_room_up_to(end)) {
            return none;
        }
        mark(end_, end, false);
        return std::exchange(end_, end);
    }

    /// The last span is free, and the one before it, which begins at `begin`, unless that is the same.
    void give_back_last(std::uint32_t begin, std::uint32_t first) noexcept {
        auto const kept = begin == first ? std::min(first + step, room_end_) : first;
        take_room(kept, room_end_);
        room_end_ = begin == first ? kept : begin;
        end_ = begin;
    }

    [[nodiscard]] bool make_records(std::uint32_t end) noexcept {
        try {
            records_.resize(std::max<std::size_t>(records_.size(), end));
            return true;
        } catch (std::bad_alloc const&) {
            return false;
        }
    }

    [[nodiscard]] bool give_room_up_to(std::uint32_t end) noexcept {
        if (end > room_end_) {
            if (!give_room(room_end_, end - room_end_)) {
                return false;
            }
            room_end_ = end;
        }
        return true;
    }

    /// A disk that refused is not asked for as much again at once: that would cost each allocation a system call.
    [[nodiscard]] bool give_room(std::uint32_t first, std::uint32_t units) noexcept {
        obstacle_ = "the disk has too little room";
        if (passed_over_ > 0 && units >= refused_) {
            --passed_over_;
            return false;
        }
        if (!space_->back(address_of(first), units * unit)) {
            refused_ = units;
            passed_over_ = passed_over_after_refusal;
            return false;
        }
        with_room_ += units;
        if (memory_) {
            memory_->add_disk(units * unit);
        }
        return true;
    }
    void count_less(std::uint32_t units) const noexcept {
        if (memory_) {
            memory_->remove_disk(std::uint64_t{units} * unit);
        }
    }

    void take_room(std::uint32_t first, std::uint32_t end) noexcept {
        if (first < end) {
            space_->discard(address_of(first), (end - first) * unit);
            with_room_ -= end - first;
            count_less(end - first);
        }
    }

    void mark(std::uint32_t first, std::uint32_t end, bool free) noexcept {
        records_[first].units = records_[end - 1].units = end - first;
        records_[first].free = records_[end - 1].free = free;
    }

    void list(std::uint32_t first, std::uint32_t end) noexcept {
        mark(first, end, true);
        auto const number = size_class(end - first);
        auto const before = std::exchange(lists_[number], first);
        records_[first].next = before;
        records_[first].previous = none;
        if (before != none) {
            records_[before].previous = first;
        }
        filled_[number / word_bits] |= std::uint64_t{1} << (number % word_bits);
    }

    void unlist(std::uint32_t first) noexcept {
        auto const& gone = records_[first];
        auto const number = size_class(gone.units);
        (gone.previous == none ? lists_[number] : records_[gone.previous].next) = gone.next;
        if (gone.next != none) {
            records_[gone.next].previous = gone.previous;
        }
        if (lists_[number] == none) {
            filled_[number / word_bits] &= ~(std::uint64_t{1} << (number % word_bits));
        }
    }

    std::shared_ptr<index_memory> memory_;
    std::unique_ptr<scratch_space> space_;
    std::byte* begin_;
    char const* obstacle_ = "";
    std::vector<record> records_; ///< By unit.
    std::array<std::uint32_t, classes> lists_{};
    std::array<std::uint64_t, (classes + word_bits - 1) / word_bits> filled_{}; ///< Which lists are.
    std::uint32_t end_ = 0;      ///< Of the last span that is taken. No free one touches it.
    std::uint32_t room_end_ = 0; ///< Of the room behind that.
    std::uint32_t with_room_ = 0;
    std::uint32_t refused_ = 0;     ///< How many units the disk refused last.
    std::uint32_t passed_over_ = 0; ///< For how many requests like that it is still not asked.
};

} // namespace mkdb::index::detail
