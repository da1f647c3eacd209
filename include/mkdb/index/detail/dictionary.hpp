#pragma once

#include <mkdb/core/seeded_hash.hpp>
#include <mkdb/index/detail/hash_slots.hpp>
#include <mkdb/index/detail/sorted_blocks.hpp>
#include <mkdb/index/index_allocator.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::index::detail {

/// Keys of bytes, each with a value: one key is found by its hash, many are walked in their order, which is that of
/// unsigned bytes. Keys are kept whole, so that an answer never rests on a hash. Values stay where they are.
template <class Value>
class dictionary {
public:
    struct entry {
        index_string key;
        Value value{};
    };

    explicit dictionary(std::uint64_t seed) noexcept : hash_{seed} {}

    [[nodiscard]] std::uint64_t hash_of(std::string_view key) const noexcept { return hash_(key); }

    /// The entry of a key, made when there is none.
    entry& obtain(std::string_view key) { return obtain(key, hash_of(key)); }
    entry& obtain(std::string_view key, std::uint64_t hash) {
        auto* const at = entries_.find(hash, key);
        return at != nullptr ? *at : add(key, hash);
    }

    /// Null when the key is not there.
    [[nodiscard]] entry* find(std::string_view key) noexcept { return entries_.find(hash_of(key), key); }
    [[nodiscard]] entry* find(std::string_view key, std::uint64_t hash) noexcept { return entries_.find(hash, key); }
    [[nodiscard]] entry const* find(std::string_view key) const noexcept { return entries_.find(hash_of(key), key); }

    /// As `hash_slots` does.
    void prefetch_slot(std::uint64_t hash) const noexcept { entries_.prefetch_slot(hash); }
    void prefetch_entry(std::uint64_t hash) const noexcept { entries_.prefetch_entry(hash); }

    void erase(entry& gone) {
        order_.erase(ordered_key(&gone), before);
        key_bytes_ -= gone.key.size();
        entries_.erase(hash_of(gone.key), gone.key);
    }

    /// Before many are added.
    void expect(std::uint64_t keys) { entries_.expect(keys); }

    /// Calls `visit(entry)` for each, in order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        order_.for_each([&](ordered_key const& at) { visit(std::as_const(*at.of)); });
    }

    /// Calls `visit(entry)` for each whose key begins with `prefix`, in order.
    template <class Visit>
    void visit_beginning(std::string_view prefix, Visit&& visit) const {
        visit_spans(prefix, [&](std::span<ordered_key const> found) {
            std::ranges::for_each(found, [&](ordered_key const& at) { visit(std::as_const(*at.of)); });
        });
    }

    /// How many keys begin with `prefix`. Complexity: two binary searches, and the blocks in between.
    [[nodiscard]] std::uint64_t count_beginning(std::string_view prefix) const {
        std::uint64_t keys = 0;
        visit_spans(prefix, [&](std::span<ordered_key const> found) { keys += found.size(); });
        return keys;
    }

    /// A key on a walk: its first eight bytes at most, and, further away, all of it.
    class passed_key {
    public:
        passed_key(entry const& of, std::uint64_t head) noexcept : of_(&of) {
            auto const bytes = __builtin_bswap64(head);
            std::memcpy(beginning_.data(), &bytes, sizeof bytes);
            size_ = sizeof head - static_cast<std::size_t>(std::countr_zero(head) / 8); // without zeroes at the end
        }
        [[nodiscard]] std::string_view beginning() const noexcept { return {beginning_.data(), size_}; }
        [[nodiscard]] entry const& whole() const noexcept { return *of_; }

    private:
        std::array<char, sizeof(std::uint64_t)> beginning_;
        std::size_t size_;
        entry const* of_;
    };

    /// Calls `step(passed_key)` for keys in order. What it returns is how many first bytes of the key nobody else needs
    /// to have: the keys that begin with them are skipped. None: go on with the next key.
    template <class Step>
    void walk(Step&& step) const {
        for (typename order::place at; !order_.at_end(at);) {
            passed_key const here(*order_[at].of, order_[at].head);
            std::size_t const unwanted = step(here);
            if (unwanted == 0) {
                at = order_.after(at);
                continue;
            }
            auto const bytes =
                unwanted > here.beginning().size() ? std::string_view(here.whole().key) : here.beginning();
            auto const skipped = bytes.substr(0, unwanted);
            at = order_.skip(at, [&](ordered_key const& next) { return next.begins_with(skipped); });
        }
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return entries_.size(); }
    /// Memory beside that of the values' own.
    [[nodiscard]] std::uint64_t bytes() const noexcept {
        return entries_.bytes() + order_.bytes() + key_bytes_ + size() * (sizeof(entry) + heap_block_bytes);
    }

private:
    /// A key and its first eight bytes as a number: most comparisons need not look at the key.
    struct ordered_key {
        explicit ordered_key(entry* made) noexcept : head(head_of(made->key)), of(made) {}

        [[nodiscard]] bool begins_with(std::string_view bytes) const noexcept {
            auto const in_head = std::min(bytes.size(), sizeof head);
            auto const unlike = in_head == 0 ? 0 : (head ^ head_of(bytes)) >> (8 * (sizeof head - in_head));
            // What a short key lacks counts as zeroes.
            bool const told = in_head == bytes.size() && (in_head == 0 || bytes.back() != '\0');
            return unlike == 0 && (told || of->key.starts_with(bytes));
        }

        std::uint64_t head;
        entry* of;
    };
    using order = sorted_blocks<ordered_key>;

    [[nodiscard]] static std::uint64_t head_of(std::string_view key) noexcept {
        std::uint64_t head = 0;
        std::memcpy(&head, key.data(), std::min(key.size(), sizeof head));
        return __builtin_bswap64(head); // the first byte weighs most
    }
    [[nodiscard]] static bool before(ordered_key const& a, ordered_key const& b) noexcept {
        return a.head != b.head ? a.head < b.head : a.of->key < b.of->key;
    }

    template <class Visit>
    void visit_spans(std::string_view prefix, Visit&& visit) const {
        order_.visit_range([&](ordered_key const& at) { return at.of->key < prefix; },
                           [&](ordered_key const& at) { return at.of->key.starts_with(prefix); }, visit);
    }

    entry& add(std::string_view key, std::uint64_t hash) {
        auto made = make_indexed<entry>(index_string(key), Value{});
        auto& added = *made;
        entries_.make_room(); // first, so that without memory nothing has happened
        order_.insert(ordered_key(&added), before);
        entries_.insert(hash, std::move(made));
        key_bytes_ += key.size();
        return added;
    }

    /// What an allocator adds to a block.
    static constexpr std::uint64_t heap_block_bytes = 16;

    seeded_hash hash_;
    hash_slots<entry> entries_;
    order order_;
    std::uint64_t key_bytes_ = 0;
};

} // namespace mkdb::index::detail
