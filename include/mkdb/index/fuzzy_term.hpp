#pragma once

#include <mkdb/document/edit_distance.hpp>
#include <mkdb/document/utf8.hpp>
#include <mkdb/index/fuzzy_edits.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::index {

/// A term that is looked for, with the edits that it bears.
class fuzzy_term {
public:
    fuzzy_term(std::string_view term, std::optional<unsigned> asked)
        : term_(term), characters_(document::code_points(term)),
          edits_(asked.value_or(usual_edits(characters_.size()))) {}

    [[nodiscard]] bool is_like(std::string_view other) const {
        return may_be_like(other) &&
               (term_ == other || document::within_edits(characters_, document::code_points(other), edits_));
    }

    /// False when the lengths alone are too far apart.
    [[nodiscard]] bool may_be_like(std::string_view other) const noexcept {
        constexpr std::size_t longest_character = 4;
        auto const apart = term_.size() > other.size() ? term_.size() - other.size() : other.size() - term_.size();
        return term_ == other || (edits_ > 0 && apart <= edits_ * longest_character);
    }

    [[nodiscard]] std::string_view term() const noexcept { return term_; }
    [[nodiscard]] std::u32string_view characters() const noexcept { return characters_; }
    [[nodiscard]] std::size_t edits() const noexcept { return edits_; }

private:
    std::string term_;
    std::u32string characters_;
    std::size_t edits_ = 0;
};

} // namespace mkdb::index
