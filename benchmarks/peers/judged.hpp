#pragma once

#include "corpus.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

namespace mkdb::bench::peers {

/// Documents that were given topics before they were given words, so that it is known what is relevant to a question
/// without looking at what it finds.
///
/// A topic is a way to choose words: thirty of them, the first the most typical, each of them also a word of other
/// topics and of the language. A document has a main topic, from which up to 30 % of its words come, and perhaps
/// another, up to 10 %; all other words are the language's. It has 20 to 400 words. It is highly relevant to a topic
/// that gave it a fifth of its words or more, relevant from a fifteenth on.
class judged_collection {
public:
    explicit judged_collection(corpus const& language, std::uint64_t documents)
        : language_(&language), topics_(std::max<std::uint64_t>(10, documents / documents_a_topic)) {}

    /// As many as there are questions.
    [[nodiscard]] std::uint64_t topics() const noexcept { return topics_; }

    [[nodiscard]] document at(std::uint64_t number) const {
        auto random = randomness_of(number, document_kind);
        auto const parts = parts_of(random);
        document made{.number = number, .category = corpus::category(parts.topic % corpus::categories)};
        auto const length = static_cast<std::size_t>(20 * std::exp(random.unit() * std::log(20.0)));
        for (std::size_t i = 0; i < length; ++i) {
            made.body.append(made.body.empty() ? "" : " ").append(word_of(parts, random));
        }
        return made;
    }

    /// Calls `visit(topic, grade)` for what the document is relevant to: 2 is highly, 1 is less.
    template <class Visit>
    void for_each_grade(std::uint64_t number, Visit&& visit) const {
        auto random = randomness_of(number, document_kind);
        auto const parts = parts_of(random);
        auto const both = parts.topic == parts.other;
        if (auto const grade = grade_of(parts.share + (both ? parts.other_share : 0)); grade > 0) {
            visit(parts.topic, grade);
        }
        if (auto const grade = both ? 0 : grade_of(parts.other_share); grade > 0) {
            visit(parts.other, grade);
        }
    }

    /// How relevant the document is to the topic; 0: it is not.
    [[nodiscard]] unsigned grade(std::uint64_t number, std::uint64_t topic) const {
        unsigned found = 0;
        for_each_grade(number, [&](std::uint64_t of, unsigned grade) { found = of == topic ? grade : found; });
        return found;
    }

    /// Three different words of the topic, typical ones more probably: what somebody would ask who knows it.
    [[nodiscard]] std::vector<std::string> words_asked(std::uint64_t topic) const {
        auto random = randomness_of(topic, question_kind);
        std::vector<std::string> words;
        while (words.size() < 3) {
            auto const& word = language_->words()[rank_in(topic, random)];
            if (std::ranges::find(words, word) == words.end()) {
                words.push_back(word);
            }
        }
        return words;
    }

private:
    static constexpr std::uint64_t documents_a_topic = 20;
    static constexpr std::uint64_t words_a_topic = 30;
    static constexpr std::uint64_t document_kind = 1;
    static constexpr std::uint64_t question_kind = 2;
    static constexpr std::uint64_t topic_kind = 3;

    struct mixture {
        std::uint64_t topic = 0;
        double share = 0; ///< Of the words.
        std::uint64_t other = 0;
        double other_share = 0;
    };

    [[nodiscard]] static unsigned grade_of(double share) noexcept {
        return share >= 1.0 / 5 ? 2 : share >= 1.0 / 15 ? 1 : 0;
    }

    [[nodiscard]] random_numbers randomness_of(std::uint64_t number, std::uint64_t kind) const {
        return random_numbers(random_numbers(language_->seed() + number * 8 + kind).next());
    }

    [[nodiscard]] mixture parts_of(random_numbers& random) const {
        mixture made{.topic = random.below(topics_), .share = 0.3 * random.unit()};
        made.other = random.below(topics_);
        made.other_share = random.below(2) == 0 ? 0.1 * random.unit() : 0;
        return made;
    }

    /// The rank, in the language, of one of a topic's words; the n-th of them comes 1/n as often as the first.
    [[nodiscard]] std::size_t rank_in(std::uint64_t topic, random_numbers& random) const {
        auto const typical = std::exp(random.unit() * std::log(static_cast<double>(words_a_topic)));
        auto const nth = static_cast<std::uint64_t>(typical) - 1;
        constexpr std::uint64_t commonest = 50;
        constexpr std::uint64_t rare = 5000;
        auto chosen = randomness_of(topic * words_a_topic + nth, topic_kind);
        return commonest + chosen.below(rare - commonest);
    }

    [[nodiscard]] std::string const& word_of(mixture const& from, random_numbers& random) const {
        auto const where = random.unit();
        auto const rank = where < from.share                      ? rank_in(from.topic, random)
                          : where < from.share + from.other_share ? rank_in(from.other, random)
                                                                  : language_->draw_rank(random);
        return language_->words()[rank];
    }

    corpus const* language_;
    std::uint64_t topics_;
};

} // namespace mkdb::bench::peers
