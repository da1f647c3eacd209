#pragma once

#include <mkdb/index/detail/dictionary.hpp>
#include <mkdb/index/detail/like_terms.hpp>
#include <mkdb/index/detail/row_set_format.hpp>
#include <mkdb/index/posting_list.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::index::detail {

/// From keys of bytes to rows.
class key_table {
public:
    explicit key_table(std::uint64_t seed) : lists_(seed) {}

    void insert(std::string_view key, std::uint32_t row) { entries_ += lists_.obtain(key).value.insert(row) ? 1 : 0; }

    void erase(std::string_view key, std::uint32_t row) {
        auto* const at = lists_.find(key);
        if (at == nullptr || !at->value.erase(row)) {
            return;
        }
        --entries_;
        if (at->value.empty()) {
            lists_.erase(*at);
        }
    }

    /// Null when no row has this key.
    [[nodiscard]] posting_list const* find(std::string_view key) const {
        auto const* const at = lists_.find(key);
        return at == nullptr ? nullptr : &at->value;
    }

    /// Calls `visit(key, rows)` for each key, in order.
    template <class Visit>
    void visit(Visit&& visit) const {
        lists_.for_each([&](auto const& at) { visit(std::string_view(at.key), at.value); });
    }

    /// The rows that have a key like this term.
    [[nodiscard]] row_set rows_like(fuzzy_term const& wanted) const {
        row_set rows;
        visit_like_terms(lists_, wanted, [&](auto const& at) { at.value.add_to(rows); });
        return rows;
    }

    /// The rows that have a key which begins like this.
    [[nodiscard]] row_set rows_beginning(std::string_view prefix) const {
        row_set rows;
        lists_.visit_beginning(prefix, [&](auto const& at) { at.value.add_to(rows); });
        return rows;
    }

    /// At least as many rows as `rows_beginning` gives: all entries when more than a few keys begin like this.
    [[nodiscard]] std::uint64_t estimate_beginning(std::string_view prefix) const {
        if (lists_.count_beginning(prefix) > most_added_up) {
            return entries_;
        }
        std::uint64_t rows = 0;
        lists_.visit_beginning(prefix, [&](auto const& at) { rows += at.value.size(); });
        return rows;
    }

    void save(byte_writer& to) const {
        to.put(std::uint64_t{lists_.size()});
        lists_.for_each([&](auto const& at) {
            to.put_text(at.key);
            at.value.visit_rows([&](auto const& rows) { write_rows(to, rows); });
        });
    }

    /// Into an empty table. False when the bytes make no sense.
    [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
        auto const keys = from.get<std::uint64_t>();
        if (keys > from.left() / smallest_saved_key) {
            return false;
        }
        lists_.expect(keys);
        std::string key;
        for (std::uint64_t i = 0; i < keys; ++i) {
            key = from.text();
            auto const rows = read_posting(from, live);
            if (!from.sound() || rows.empty()) {
                return false;
            }
            auto& list = lists_.obtain(key).value;
            if (!list.empty()) {
                return false;
            }
            list.assign(rows);
            entries_ += rows.size();
        }
        return true;
    }

    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t keys() const noexcept { return lists_.size(); }

    /// Walks all lists: linear in the number of keys.
    [[nodiscard]] std::uint64_t bytes() const {
        auto total = lists_.bytes();
        lists_.for_each([&](auto const& at) { total += at.value.heap_bytes(); });
        return total;
    }

private:
    /// Keys of which an estimate looks at the lists.
    static constexpr std::uint64_t most_added_up = 1024;
    /// A length, a count and one row.
    static constexpr std::uint64_t smallest_saved_key = 12;

    /// The rows of one key; none when the bytes make no sense.
    [[nodiscard]] static std::vector<std::uint32_t> read_posting(byte_reader& from, row_set const& live) {
        if (from.peek<std::uint32_t>() <= small_posting) {
            auto const count = from.get<std::uint32_t>();
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

    dictionary<posting_list> lists_;
    std::uint64_t entries_ = 0;
};

} // namespace mkdb::index::detail
