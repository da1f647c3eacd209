#pragma once

#include <mkdb/index/detail/dictionary.hpp>
#include <mkdb/index/detail/term_postings.hpp>
#include <mkdb/index/detail/varint.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::index::detail {

/// What a full-text index keeps of a term.
struct indexed_term {
    term_postings postings;
    std::uint32_t gathered = 0; ///< Where `gathered_terms` may have it.
};
using term_dictionary = dictionary<indexed_term>;

/// The terms of one field, each once, with what its posting will say.
///
/// Terms lie anywhere in memory. They are first taken down as they come, so that all that will be read and written of
/// those that follow can be asked for while one is worked on, or each would be waited for. Source: a set that is
/// emptied by forgetting its size, P. Briggs, L. Torczon, "An Efficient Representation for Sparse Sets" (1993).
class gathered_terms {
public:
    struct item {
        term_dictionary::entry* of = nullptr;
        std::uint32_t count = 0;
        std::uint32_t last = 0;
        std::string positions;
    };

    void clear() noexcept {
        heard_.clear();
        bytes_.clear();
        size_ = 0;
    }

    /// Takes a term down. Precondition: positions ascend.
    void hear(std::string_view term, std::uint32_t position, term_dictionary const& terms) {
        heard_.push_back({terms.hash_of(term), bytes_.size(), term.size(), position});
        bytes_ += term;
        terms.prefetch_slot(heard_.back().hash);
    }

    /// Makes items of the terms heard; `entry_of(term, hash)` is null for those to leave out.
    template <class EntryOf>
    void sort_out(term_dictionary const& terms, EntryOf const& entry_of) {
        for (std::size_t i = 0; i < heard_.size(); ++i) {
            if (i + ahead < heard_.size()) {
                terms.prefetch_entry(heard_[i + ahead].hash);
            }
            auto const& [hash, begin, size, position] = heard_[i];
            if (auto* const entry = entry_of(std::string_view(bytes_).substr(begin, size), hash)) {
                add(*entry, position);
            }
        }
    }

    /// How many terms were heard.
    [[nodiscard]] std::uint32_t length() const noexcept { return static_cast<std::uint32_t>(heard_.size()); }

    /// Calls `apply(item)` for each.
    template <class Apply>
    void for_each(Apply&& apply) {
        for (std::size_t i = 0; i < size_; ++i) {
            if (i + 2 * ahead < size_) {
                items_[i + 2 * ahead].of->value.postings.prefetch_block();
            }
            if (i + ahead < size_) {
                items_[i + ahead].of->value.postings.prefetch_bytes();
            }
            apply(items_[i]);
        }
    }

private:
    struct heard_term {
        std::uint64_t hash;
        std::size_t begin; ///< In the bytes.
        std::size_t size;
        std::uint32_t position;
    };
    /// How far ahead memory is asked for: there are only so many requests at a time.
    static constexpr std::size_t ahead = 4;

    void add(term_dictionary::entry& term, std::uint32_t position) {
        auto const known = term.value.gathered < size_ && items_[term.value.gathered].of == &term;
        auto& at = known ? items_[term.value.gathered] : start(term);
        put_varint(at.positions, position - at.last);
        at.last = position;
        ++at.count;
    }

    /// What was used before is used again, with its memory.
    [[nodiscard]] item& start(term_dictionary::entry& term) {
        if (size_ == items_.size()) {
            items_.emplace_back();
        }
        auto& at = items_[size_];
        at.of = &term;
        at.count = at.last = 0;
        at.positions.clear();
        term.value.gathered = static_cast<std::uint32_t>(size_++);
        return at;
    }

    std::string bytes_; ///< Of the terms heard.
    std::vector<heard_term> heard_;
    std::vector<item> items_;
    std::size_t size_ = 0; ///< Of the items that are of this field.
};

} // namespace mkdb::index::detail
