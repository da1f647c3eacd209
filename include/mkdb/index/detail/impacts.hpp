#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace mkdb::index::detail {

/// Of some postings those that can have the highest score, whatever the average length will be: the score grows with
/// the frequency and falls with the length, so a posting counts only when none has a higher frequency in a shorter
/// text.
///
/// Few are kept. What is kept instead of two is better than both, so that no score is ever above the bound.
/// Source: A. Grand and others, "From MaxScore to Block-Max WAND", ECIR 2020.
class impacts {
public:
    /// Beyond the highest a text counts as shorter than it is, which never lowers the bound.
    [[nodiscard]] static std::uint16_t shortened(std::uint32_t length) noexcept {
        return static_cast<std::uint16_t>(std::min<std::uint32_t>(length, std::numeric_limits<std::uint16_t>::max()));
    }

    void add(std::uint8_t frequency, std::uint32_t text_length) noexcept {
        auto const length = shortened(text_length);
        std::size_t at = 0; // of the first with a higher frequency, or with the same
        while (at < count_ && frequencies_[at] < frequency) {
            ++at;
        }
        if (at < count_ && lengths_[at] <= length) {
            return;
        }
        auto first = at; // of those that this one beats: lower frequencies, and the same, in longer texts
        while (first > 0 && lengths_[first - 1] >= length) {
            --first;
        }
        auto const last = at < count_ && frequencies_[at] == frequency ? at + 1 : at;
        replace(first, last, frequency, length);
    }

    /// Whether a posting is among those kept.
    [[nodiscard]] bool has(std::uint8_t frequency, std::uint32_t text_length) const noexcept {
        auto const end = frequencies_.begin() + count_;
        auto const at = std::find(frequencies_.begin(), end, frequency);
        return at != end && lengths_[static_cast<std::size_t>(at - frequencies_.begin())] == shortened(text_length);
    }

    /// The highest of `score(frequency, length)`; zero without postings.
    template <class Score>
    [[nodiscard]] double bound(Score const& score) const {
        double highest = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            highest = std::max(highest, score(frequencies_[i], lengths_[i]));
        }
        return highest;
    }

private:
    static constexpr std::size_t most = 6;

    /// Puts one in the place of those from `first` up to `last`.
    void replace(std::size_t first, std::size_t last, std::uint8_t frequency, std::uint16_t length) noexcept {
        if (first == last && count_ == most) {
            join_highest();
            add(frequency, length);
            return;
        }
        if (first == last) {
            std::copy_backward(frequencies_.begin() + first, frequencies_.begin() + count_,
                               frequencies_.begin() + count_ + 1);
            std::copy_backward(lengths_.begin() + first, lengths_.begin() + count_, lengths_.begin() + count_ + 1);
            ++count_;
        } else {
            std::copy(frequencies_.begin() + last, frequencies_.begin() + count_, frequencies_.begin() + first + 1);
            std::copy(lengths_.begin() + last, lengths_.begin() + count_, lengths_.begin() + first + 1);
            count_ = static_cast<std::uint8_t>(count_ - (last - first - 1));
        }
        frequencies_[first] = frequency;
        lengths_[first] = length;
    }

    /// Of high frequencies one more hardly raises a score.
    void join_highest() noexcept {
        frequencies_[count_ - 2U] = frequencies_[count_ - 1U];
        --count_;
    }

    std::uint8_t count_ = 0;
    /// Both ascend: what has a higher frequency is kept in spite of its length only.
    std::array<std::uint8_t, most> frequencies_{};
    std::array<std::uint16_t, most> lengths_{};
};

} // namespace mkdb::index::detail
