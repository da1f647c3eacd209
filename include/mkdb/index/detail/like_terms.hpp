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
    /// Precondition: `wanted` bears at most `most_edits`, and outlives this.
    explicit edit_walk(fuzzy_term const& wanted) : wanted_(wanted.characters()), most_(wanted.edits()) {
        MKDB_ASSERT(most_ <= most_edits);
        row first{};
        first.fill(far());
        for (std::size_t j = 0; j <= std::min(most_, wanted_.size()); ++j) {
            first[j + most_] = static_cast<std::uint8_t>(j);
        }
        rows_.push_back({first, 0, 0});
    }

    /// Whether the term is within the edits. When none is that begins as this one does, `unwanted()` says how far.
    [[nodiscard]] bool follow(std::string_view term) {
        rewind(term);
        last_ = term;
        unwanted_ = 0;
        for (auto end = static_cast<std::int64_t>(rows_.back().end); end < std::ssize(term);) {
            UChar32 character = 0;
            U8_NEXT(reinterpret_cast<std::uint8_t const*>(term.data()), end, std::ssize(term), character);
            if (character < 0) {
                break; // `code_points` ends here, too
            }
            push(static_cast<char32_t>(character), static_cast<std::size_t>(end));
            if (std::ranges::min(rows_.back().distances) > most_) {
                unwanted_ = static_cast<std::size_t>(end);
                return false;
            }
        }
        auto const length = rows_.size() - 1;
        auto const column = wanted_.size() + most_ - length;
        return length <= wanted_.size() + most_ && column <= 2 * most_ && rows_.back().distances[column] <= most_;
    }
    [[nodiscard]] std::size_t unwanted() const noexcept { return unwanted_; }

private:
    /// Cell c of row i is the distance of the first i characters of a term to the first i + c - most of the wanted one:
    /// further from the diagonal all is too far.
    using row = std::array<std::uint8_t, 2 * most_edits + 1>;
    struct step {
        row distances;
        char32_t character = 0;
        std::size_t end = 0; ///< Bytes of the term up to here.
    };

    [[nodiscard]] std::uint8_t far() const noexcept { return static_cast<std::uint8_t>(most_ + 1); }

    /// Back to where the term leaves the one before.
    void rewind(std::string_view term) {
        auto const common = static_cast<std::size_t>(std::ranges::mismatch(term, last_).in1 - term.begin());
        while (rows_.back().end > common) {
            rows_.pop_back();
        }
    }

    void push(char32_t character, std::size_t end) {
        auto const i = rows_.size();
        auto const& last = rows_[i - 1];
        row now{};
        now.fill(far());
        for (std::size_t c = 0; c <= 2 * most_; ++c) {
            auto const j = i + c - most_;
            if (i + c < most_ || j > wanted_.size()) {
                continue;
            }
            unsigned least = far();
            auto const offer = [&](unsigned before, unsigned edits) { least = std::min(least, before + edits); };
            if (j > 0) {
                offer(last.distances[c], wanted_[j - 1] == character ? 0 : 1);
                offer(c > 0 ? now[c - 1] : far(), 1);
            }
            offer(c < 2 * most_ ? last.distances[c + 1] : far(), 1);
            if (i > 1 && j > 1 && wanted_[j - 1] == last.character && wanted_[j - 2] == character) {
                offer(rows_[i - 2].distances[c], 1);
            }
            now[c] = static_cast<std::uint8_t>(least);
        }
        rows_.push_back({now, character, end});
    }

    std::u32string_view wanted_;
    std::size_t most_;
    std::string last_;
    std::vector<step> rows_; ///< One for each beginning of the last term, as far as it was followed.
    std::size_t unwanted_ = 0;
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
        if (walk.follow(at.key) && wanted.may_be_like(at.key)) {
            visit(at);
        }
        return walk.unwanted();
    });
}

} // namespace mkdb::index::detail
