#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/index/detail/dictionary.hpp>
#include <mkdb/index/fuzzy_term.hpp>

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::index::detail {

/// Compares one term with many that come in order, as `within_edits` does. What a term begins with in common with the
/// one before is not computed again, and what no end could bring near is recognized by its beginning.
///
/// Source: the table of distances as a walk over a trie, H. Shang, T. Merrett, "Tries for Approximate String Matching",
/// IEEE Trans. Knowl. Data Eng. 8 (1996).
class edit_walk {
public:
    /// Precondition: `wanted` bears at most `most_edits`.
    explicit edit_walk(fuzzy_term const& wanted) : length_(wanted.characters().size()), most_(wanted.edits()) {
        MKDB_ASSERT(most_ <= most_edits);
        padded_.assign(left_padding, no_character);
        padded_.append(wanted.characters()).append(right_padding, no_character);
        step first{};
        first.distances.fill(far());
        for (std::size_t j = 0; j <= std::min(most_, length_); ++j) {
            first.distances[j + most_] = static_cast<std::uint8_t>(j);
        }
        rows_.push_back(first);
    }

    /// Goes on to the next term, of which these are the first bytes or all. False when no term that begins with the
    /// first `unwanted()` of them is within the edits.
    [[nodiscard]] bool enter(std::string_view beginning) {
        rewind(beginning);
        last_ = beginning;
        for (auto end = static_cast<std::int64_t>(rows_.back().end); end < std::ssize(beginning);) {
            UChar32 character = 0;
            U8_NEXT(reinterpret_cast<std::uint8_t const*>(beginning.data()), end, std::ssize(beginning), character);
            if (character < 0) {
                break; // as `code_points` does, and where the rest of a character is yet to come
            }
            push(static_cast<char32_t>(character), static_cast<std::size_t>(end));
            if (std::ranges::min(rows_.back().distances) > most_) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] std::size_t unwanted() const noexcept { return rows_.back().end; }

    /// Whether all of what was entered last is within the edits.
    [[nodiscard]] bool is_near() const noexcept {
        auto const length = rows_.size() - 1;
        auto const column = length_ + most_ - length;
        return length <= length_ + most_ && column <= 2 * most_ && rows_.back().distances[column] <= most_;
    }

private:
    /// Cell c of row i is the distance of the first i characters of a term to the first j = i + c - most of the wanted
    /// one: further from the diagonal all is too far. Where j is negative it stays so by itself; behind the end the
    /// wanted term goes on with what is no character, which changes nothing before it.
    using row = std::array<std::uint8_t, 2 * most_edits + 1>;
    struct step {
        row distances;
        char32_t character = no_neighbour;
        std::size_t end = 0; ///< Bytes of the term up to here.
    };
    static constexpr char32_t no_character = 0xFFFFFFFF;
    static constexpr char32_t no_neighbour = 0xFFFFFFFE;
    static constexpr std::size_t left_padding = most_edits + 1;
    static constexpr std::size_t right_padding = 2 * most_edits + 2;

    [[nodiscard]] std::uint8_t far() const noexcept { return static_cast<std::uint8_t>(most_ + 1); }

    /// Back to where the term leaves the one before.
    void rewind(std::string_view term) noexcept {
        auto const common = static_cast<std::size_t>(std::ranges::mismatch(term, last_).in1 - term.begin());
        while (rows_.back().end > common) {
            rows_.pop_back();
        }
    }

    void push(char32_t character, std::size_t end) {
        auto const i = rows_.size();
        auto const& last = rows_[i - 1];
        auto const& swapped = rows_[i > 1 ? i - 2 : 0].distances;
        auto const* const wanted = padded_.data() + left_padding + i - most_ - 1; // of the first cell
        step now{{}, character, end};
        now.distances.fill(far());
        for (std::size_t c = 0; c <= 2 * most_; ++c) {
            unsigned least = last.distances[c] + (wanted[c] == character ? 0U : 1U);
            least = std::min(least, c > 0 ? now.distances[c - 1] + 1U : far());
            least = std::min(least, c < 2 * most_ ? last.distances[c + 1] + 1U : far());
            if (wanted[c] == last.character && wanted[c - 1] == character) {
                least = std::min(least, swapped[c] + 1U);
            }
            now.distances[c] = static_cast<std::uint8_t>(std::min<unsigned>(least, far()));
        }
        rows_.push_back(now);
    }

    std::u32string padded_; ///< The wanted term.
    std::size_t length_;
    std::size_t most_;
    std::string last_;
    std::vector<step> rows_; ///< One for each beginning of the last term, as far as it was followed.
};

/// Calls `visit(entry)` for each term of a dictionary that is like the one wanted, in order.
///
/// Complexity: a step for each beginning that is near some beginning of the wanted term, however many terms there are.
template <class Value, class Visit>
void visit_like_terms(dictionary<Value> const& terms, fuzzy_term const& wanted, Visit&& visit) {
    if (wanted.edits() == 0) {
        if (auto const* same = terms.find(wanted.term())) {
            visit(*same);
        }
        return;
    }
    edit_walk walk(wanted);
    terms.walk([&](auto const& at) {
        // Most terms are told by their beginning, which lies in the order itself.
        if (!walk.enter(at.beginning()) || !walk.enter(at.whole().key)) {
            return walk.unwanted();
        }
        if (walk.is_near() && wanted.may_be_like(at.whole().key)) {
            visit(at.whole());
        }
        return std::size_t{0};
    });
}

} // namespace mkdb::index::detail
