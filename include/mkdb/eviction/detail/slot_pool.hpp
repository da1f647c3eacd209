#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/eviction/concept.hpp>

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace mkdb::eviction::detail {

inline constexpr slot no_slot = std::numeric_limits<slot>::max();

/// Values in numbered slots that are reused, each linked into at most one `slot_list`.
///
/// Links are numbers, not pointers, so that the pool may grow; a released slot's `next` chains the free ones.
template <class Value>
class slot_pool {
public:
    [[nodiscard]] slot acquire(Value value) {
        if (free_ == no_slot) {
            MKDB_ASSERT(nodes_.size() < no_slot);
            nodes_.push_back({std::move(value), no_slot, no_slot});
            return static_cast<slot>(nodes_.size() - 1);
        }
        auto const taken = free_;
        free_ = nodes_[taken].next;
        nodes_[taken] = {std::move(value), no_slot, no_slot};
        return taken;
    }

    void release(slot where) noexcept {
        nodes_[where].next = free_;
        free_ = where;
    }

    [[nodiscard]] Value& operator[](slot where) noexcept { return nodes_[where].value; }
    [[nodiscard]] Value const& operator[](slot where) const noexcept { return nodes_[where].value; }
    [[nodiscard]] slot next(slot where) const noexcept { return nodes_[where].next; }

    /// As many slots as may be in use without allocating.
    [[nodiscard]] std::size_t capacity() const noexcept { return nodes_.capacity(); }
    void reserve(std::size_t slots) { nodes_.reserve(slots); }

private:
    friend class slot_list;

    struct node {
        Value value;
        slot prev;
        slot next;
    };
    std::vector<node> nodes_;
    slot free_ = no_slot;
};

/// A doubly linked list through the slots of one pool, which every call names.
class slot_list {
public:
    [[nodiscard]] bool empty() const noexcept { return head_ == no_slot; }
    [[nodiscard]] slot front() const noexcept { return head_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    template <class Value>
    void push_back(slot_pool<Value>& pool, slot where) noexcept {
        insert_after(pool, tail_, where);
    }

    /// Links `where` behind `before`, or in front of all when that is `no_slot`.
    template <class Value>
    void insert_after(slot_pool<Value>& pool, slot before, slot where) noexcept {
        auto& node = pool.nodes_[where];
        node.prev = before;
        node.next = before == no_slot ? head_ : pool.nodes_[before].next;
        (before == no_slot ? head_ : pool.nodes_[before].next) = where;
        (node.next == no_slot ? tail_ : pool.nodes_[node.next].prev) = where;
        ++size_;
    }

    template <class Value>
    void unlink(slot_pool<Value>& pool, slot where) noexcept {
        auto const& node = pool.nodes_[where];
        (node.prev == no_slot ? head_ : pool.nodes_[node.prev].next) = node.next;
        (node.next == no_slot ? tail_ : pool.nodes_[node.next].prev) = node.prev;
        --size_;
    }

    template <class Value>
    void move_to_back(slot_pool<Value>& pool, slot where) noexcept {
        unlink(pool, where);
        push_back(pool, where);
    }

private:
    slot head_ = no_slot;
    slot tail_ = no_slot;
    std::size_t size_ = 0;
};

} // namespace mkdb::eviction::detail
