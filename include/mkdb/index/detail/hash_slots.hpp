#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/index/index_allocator.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mkdb::index::detail {

/// Owns entries, each with a `key`, and finds them by a hash that the caller computes: who has the hashes of many keys
/// can ask for the memory of all before the first is looked up.
///
/// What must hold: an entry lies at its hash's place or behind it, with no empty slot between (linear probing).
template <class Entry>
class hash_slots {
public:
    [[nodiscard]] Entry* find(std::uint64_t hash, std::string_view key) const noexcept {
        for (auto at = place(hash); !slots_.empty() && slots_[at].of != nullptr; at = next(at)) {
            if (slots_[at].tag == tag(hash) && slots_[at].of->key == key) {
                return slots_[at].of.get();
            }
        }
        return nullptr;
    }

    /// For one more entry. When memory runs out, nothing has changed.
    void make_room() {
        if (!has_room()) {
            resize(slots_.empty() ? smallest : slots_.size() * 2);
        }
    }

    /// Preconditions: the key is not here, and room was made for it.
    void insert(std::uint64_t hash, index_pointer<Entry> entry) noexcept {
        MKDB_ASSERT(has_room());
        put({tag(hash), std::move(entry)});
        ++size_;
    }

    /// Precondition: the key is here.
    void erase(std::uint64_t hash, std::string_view key) noexcept {
        auto gap = place(hash);
        while (slots_[gap].tag != tag(hash) || slots_[gap].of->key != key) {
            gap = next(gap);
        }
        slots_[gap].of.reset();
        --size_;
        // What lies behind the gap moves into it, unless its place is behind the gap, too.
        for (auto at = next(gap); slots_[at].of != nullptr; at = next(at)) {
            auto const distance = (at - place(slots_[at].tag)) & (slots_.size() - 1);
            if (distance >= ((at - gap) & (slots_.size() - 1))) {
                slots_[gap] = std::move(slots_[at]);
                gap = at;
            }
        }
    }

    void expect(std::uint64_t entries) {
        if (entries * 3 > slots_.size() * 2) {
            resize(std::bit_ceil(entries * 3 / 2 + smallest));
        }
    }

    /// Ask for the memory of a key's slot, and when that is here, of the entry.
    void prefetch_slot(std::uint64_t hash) const noexcept {
        if (!slots_.empty()) {
            __builtin_prefetch(&slots_[place(hash)]);
        }
    }
    void prefetch_entry(std::uint64_t hash) const noexcept {
        if (!slots_.empty() && slots_[place(hash)].of != nullptr) {
            auto const* const bytes = reinterpret_cast<char const*>(slots_[place(hash)].of.get());
            __builtin_prefetch(bytes, 1);
            __builtin_prefetch(bytes + sizeof(Entry) - 1, 1);
        }
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return slots_.capacity() * sizeof(slot); }

private:
    struct slot {
        std::uint32_t tag = 0; ///< Half of the hash, which is all that places and comparisons use.
        index_pointer<Entry> of;
    };
    static constexpr std::size_t smallest = 16;

    [[nodiscard]] bool has_room() const noexcept { return (size_ + 1) * 3 <= slots_.size() * 2; }
    [[nodiscard]] static std::uint32_t tag(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash); }
    [[nodiscard]] std::size_t place(std::uint64_t hash) const noexcept { return tag(hash) & (slots_.size() - 1); }
    [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (slots_.size() - 1); }

    void put(slot entry) noexcept {
        auto at = place(entry.tag);
        while (slots_[at].of != nullptr) {
            at = next(at);
        }
        slots_[at] = std::move(entry);
    }

    void resize(std::size_t slots) {
        index_vector<slot> old(slots);
        old.swap(slots_);
        for (auto& each : old) {
            if (each.of != nullptr) {
                put(std::move(each));
            }
        }
    }

    index_vector<slot> slots_; ///< A power of two, or none.
    std::uint64_t size_ = 0;
};

} // namespace mkdb::index::detail
