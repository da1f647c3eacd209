#pragma once

#include <mkdb/index/detail/row_set_format.hpp>
#include <mkdb/index/detail/seeded_hash.hpp>
#include <mkdb/index/posting_list.hpp>

#include <tsl/robin_map.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::index::detail {

/// A hash table from keys of bytes to rows. Keys are kept whole, so that an answer never rests on a hash.
class key_table {
public:
    explicit key_table(std::uint64_t seed) : lists_(0, seeded_hash{seed}) { lists_.min_load_factor(0.1F); }

    void insert(std::string_view key, std::uint32_t row) {
        auto at = lists_.find(key);
        if (at == lists_.end()) {
            at = lists_.try_emplace(std::string(key)).first;
            key_bytes_ += key.size();
        }
        entries_ += at.value().insert(row) ? 1 : 0;
    }

    void erase(std::string_view key, std::uint32_t row) {
        auto const at = lists_.find(key);
        if (at == lists_.end() || !at.value().erase(row)) {
            return;
        }
        --entries_;
        if (at->second.empty()) {
            lists_.erase(key);
            key_bytes_ -= key.size();
        }
    }

    /// Null when no row has this key.
    [[nodiscard]] posting_list const* find(std::string_view key) const {
        auto const at = lists_.find(key);
        return at == lists_.end() ? nullptr : &at->second;
    }

    void save(byte_writer& to) const {
        to.put(std::uint64_t{lists_.size()});
        for (auto const& [key, list] : lists_) {
            to.put_text(key);
            list.visit_rows([&](std::span<std::uint32_t const> rows) { write_rows(to, rows); });
        }
    }

    /// Into an empty table. False when the bytes make no sense.
    [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
        auto const keys = from.get<std::uint64_t>();
        if (keys > from.left() / smallest_saved_key) {
            return false;
        }
        lists_.reserve(keys);
        for (std::uint64_t i = 0; i < keys; ++i) {
            auto const key = from.text();
            auto const rows = read_posting(from, live);
            auto const [at, fresh] = lists_.try_emplace(std::string(key));
            if (!from.sound() || rows.empty() || !fresh) {
                return false;
            }
            at.value().assign(rows);
            entries_ += rows.size();
            key_bytes_ += key.size();
        }
        return true;
    }

    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t keys() const noexcept { return lists_.size(); }

    /// Walks all lists: linear in the number of keys.
    [[nodiscard]] std::uint64_t bytes() const {
        auto total = lists_.bucket_count() * sizeof(map::value_type) + key_bytes_;
        for (auto const& [key, list] : lists_) {
            total += list.heap_bytes();
        }
        return total;
    }

private:
    using map = tsl::robin_map<std::string, posting_list, seeded_hash, std::equal_to<>,
                               std::allocator<std::pair<std::string, posting_list>>, true>;

    /// A length, a count and one row.
    static constexpr std::uint64_t smallest_saved_key = 12;

    /// The rows of one key; none when the bytes make no sense.
    [[nodiscard]] static std::vector<std::uint32_t> read_posting(byte_reader& from, row_set const& live) {
        auto ahead = from;
        auto const count = ahead.get<std::uint32_t>();
        if (count <= small_posting) {
            from = ahead;
            auto rows = aligned_rows(from.bytes(std::uint64_t{count} * sizeof(std::uint32_t)));
            bool const sound = std::ranges::adjacent_find(rows, std::greater_equal<>()) == rows.end() &&
                               std::ranges::all_of(rows, [&](auto row) { return live.contains(row); });
            return sound ? rows : std::vector<std::uint32_t>();
        }
        auto const found = read_rows(from, live);
        std::vector<std::uint32_t> rows(found ? found->cardinality() : 0);
        if (!rows.empty()) {
            found->toUint32Array(rows.data());
        }
        return rows;
    }

    /// Up to here it is cheaper to look rows up one by one than to make a set of them.
    static constexpr std::uint32_t small_posting = 256;

    map lists_;
    std::uint64_t entries_ = 0;
    std::uint64_t key_bytes_ = 0;
};

} // namespace mkdb::index::detail
