#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::bench {

/// Texts of 40 to 80 made-up words, drawn by Zipf's law from fifty thousand: the same in every run.
class corpus {
public:
#ifdef NDEBUG
    static constexpr std::size_t text_count = 200000;
#else
    static constexpr std::size_t text_count = 4000; // a build that asserts shows that benchmarks run, not how fast
#endif
    static constexpr std::size_t word_count = 50000;

    [[nodiscard]] static corpus const& shared() {
        static corpus const made;
        return made;
    }

    [[nodiscard]] std::vector<std::string> const& texts() const noexcept { return texts_; }
    /// The most frequent first.
    [[nodiscard]] std::string const& word(std::size_t rank) const { return words_[rank]; }

    /// Words that one text in ten to one in a hundred has.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> middling_pairs(std::size_t count) const {
        std::mt19937_64 random(99);
        std::vector<std::pair<std::string, std::string>> pairs;
        while (pairs.size() < count) {
            auto const a = 50 + random() % 451;
            auto const b = 50 + random() % 451;
            if (a != b) {
                pairs.emplace_back(word(a), word(b));
            }
        }
        return pairs;
    }

    /// Words that one text in three or four has.
    [[nodiscard]] std::vector<std::string> common_words(std::size_t count) const {
        std::mt19937_64 random(7);
        std::vector<std::string> found;
        while (found.size() < count) {
            found.push_back(word(5 + random() % 16));
        }
        return found;
    }

private:
    corpus() {
        std::set<std::string> seen;
        while (words_.size() < word_count) {
            auto made = made_up_word();
            if (made.size() >= 4 && seen.insert(made).second) {
                words_.push_back(std::move(made));
            }
        }
        std::vector<double> reach;
        double sum = 0;
        for (std::size_t i = 1; i <= word_count; ++i) {
            reach.push_back(sum += 1.0 / static_cast<double>(i));
        }
        texts_.reserve(text_count);
        while (texts_.size() < text_count) {
            std::string text;
            for (auto left = 40 + random_() % 41; left > 0; --left) {
                auto const at = std::uniform_real_distribution(0.0, sum)(random_);
                auto const rank = std::ranges::lower_bound(reach, at) - reach.begin();
                text += words_[std::min(static_cast<std::size_t>(rank), word_count - 1)] + (left > 1 ? " " : "");
            }
            texts_.push_back(std::move(text));
        }
    }

    [[nodiscard]] std::string made_up_word() {
        constexpr std::string_view consonants = "bcdfghjklmnprstvz";
        constexpr std::string_view vowels = "aeiou";
        std::string made;
        for (auto left = 2 + random_() % 3; left > 0; --left) {
            made += consonants[random_() % consonants.size()];
            made += vowels[random_() % vowels.size()];
            if (random_() % 3 == 0) {
                made += consonants[random_() % consonants.size()];
            }
        }
        return made;
    }

    std::mt19937_64 random_{20240601};
    std::vector<std::string> words_;
    std::vector<std::string> texts_;
};

} // namespace mkdb::bench
