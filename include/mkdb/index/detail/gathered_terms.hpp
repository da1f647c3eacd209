#pragma once

#include <mkdb/index/detail/dictionary.hpp>
#include <mkdb/index/detail/term_postings.hpp>
#include <mkdb/index/detail/varint.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mkdb::index::detail {

/// What a full-text index keeps of a term.
struct indexed_term {
    term_postings postings;
    std::uint32_t gathered = 0; ///< Where `gathered_terms` may have it.
};
using term_dictionary = dictionary<indexed_term>;

/// The terms of one field as they come, each once, with what its posting will say.
///
/// Source: a set that is emptied by forgetting its size, P. Briggs, L. Torczon, "An Efficient Representation for Sparse
/// Sets" (1993).
class gathered_terms {
public:
    struct item {
        term_dictionary::entry* of = nullptr;
        std::uint32_t count = 0;
        std::uint32_t last = 0;
        std::string positions;
    };

    void clear() noexcept { size_ = 0; }

    /// Precondition: positions ascend.
    void add(term_dictionary::entry& term, std::uint32_t position) {
        auto const known = term.value.gathered < size_ && items_[term.value.gathered].of == &term;
        auto& at = known ? items_[term.value.gathered] : start(term);
        put_varint(at.positions, position - at.last);
        at.last = position;
        ++at.count;
    }

    [[nodiscard]] std::span<item> items() noexcept { return {items_.data(), size_}; }

private:
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

    std::vector<item> items_;
    std::size_t size_ = 0;
};

} // namespace mkdb::index::detail
