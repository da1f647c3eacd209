#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mkdb::bench::peers {

/// SplitMix64: the same numbers for the same seed, on every machine and in every library.
class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15U;
        auto mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31);
    }
    /// Preconditions: the limit is below 2^32.
    [[nodiscard]] std::uint64_t below(std::uint64_t limit) noexcept { return ((next() >> 32) * limit) >> 32; }
    [[nodiscard]] double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t state_;
};

/// What every engine stores and indexes: a text, an exact value and a number, under a number that counts from 0.
struct document {
    std::uint64_t number = 0;
    std::string body{};
    std::string category{};
    std::int64_t price = 0;
};

/// Documents of 40 to 80 words, Zipf-distributed over 50,000 pseudo-words; the n-th is the same in every collection.
///
/// The words are ASCII, begin with a consonant and end in a, o or u: no stop word of English is like that, and no
/// suffix that a stemmer takes off. So tokenizers that differ elsewhere make the same terms of these texts.
class corpus {
public:
    static constexpr std::size_t vocabulary = 50000;
    static constexpr std::uint64_t categories = 20;
    static constexpr std::int64_t prices = 1000000;

    explicit corpus(std::uint64_t seed) : seed_(seed) {
        random_numbers random(seed);
        std::unordered_set<std::string> known;
        while (words_.size() < vocabulary) {
            auto word = make_word(random);
            if (known.insert(word).second) {
                words_.push_back(std::move(word));
            }
        }
        double sum = 0;
        for (std::size_t rank = 1; rank <= vocabulary; ++rank) {
            frequencies_.push_back(sum += 1.0 / static_cast<double>(rank));
        }
        std::ranges::transform(frequencies_, frequencies_.begin(), [sum](double upto) { return upto / sum; });
    }

    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

    /// In the order of their frequency.
    [[nodiscard]] std::vector<std::string> const& words() const noexcept { return words_; }

    /// The rank of a word, as often as words of that rank occur.
    [[nodiscard]] std::size_t draw_rank(random_numbers& random) const {
        auto const found = std::ranges::lower_bound(frequencies_, random.unit());
        return std::min<std::size_t>(static_cast<std::size_t>(found - frequencies_.begin()), vocabulary - 1);
    }

    /// Ranks of the words of a document's text.
    [[nodiscard]] std::vector<std::size_t> ranks(std::uint64_t number) const {
        auto random = randomness_of(number);
        return ranks(random);
    }

    [[nodiscard]] document at(std::uint64_t number) const {
        auto random = randomness_of(number);
        document made{.number = number};
        for (auto const rank : ranks(random)) {
            made.body.append(made.body.empty() ? "" : " ").append(words_[rank]);
        }
        made.category = category(random.below(categories));
        made.price = static_cast<std::int64_t>(random.below(prices));
        return made;
    }

    [[nodiscard]] static std::string category(std::uint64_t number) { return "category-" + std::to_string(number); }

private:
    [[nodiscard]] static std::string make_word(random_numbers& random) {
        constexpr std::string_view consonants = "bcdfghjklmnprstvz";
        constexpr std::string_view vowels = "aeiou";
        constexpr std::string_view last_vowels = "aou";
        std::string word;
        for (auto syllables = 1 + random.below(3); syllables > 0; --syllables) {
            word += consonants[random.below(consonants.size())];
            word += vowels[random.below(vowels.size())];
            if (random.below(3) == 0) {
                word += consonants[random.below(consonants.size())];
            }
        }
        word += consonants[random.below(consonants.size())];
        word += last_vowels[random.below(last_vowels.size())];
        return word;
    }

    [[nodiscard]] random_numbers randomness_of(std::uint64_t number) const {
        return random_numbers(random_numbers(seed_ + number * 0xD1342543DE82EF95U).next());
    }

    [[nodiscard]] std::vector<std::size_t> ranks(random_numbers& random) const {
        std::vector<std::size_t> chosen(40 + random.below(41));
        std::ranges::generate(chosen, [&] { return draw_rank(random); });
        return chosen;
    }

    std::uint64_t seed_;
    std::vector<std::string> words_;
    std::vector<double> frequencies_; ///< Of each word and all before it.
};

} // namespace mkdb::bench::peers
