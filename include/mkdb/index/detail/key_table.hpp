#pragma once

#include <mkdb/index/detail/seeded_hash.hpp>
#include <mkdb/index/posting_list.hpp>

#include <tsl/robin_map.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

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

    map lists_;
    std::uint64_t entries_ = 0;
    std::uint64_t key_bytes_ = 0;
};

} // namespace mkdb::index::detail
