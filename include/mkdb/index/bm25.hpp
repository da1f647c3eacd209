#pragma once

#include <mkdb/core/assert.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mkdb::index {

/// What scores rest on beside a text and its question: of one field, over all that is searched. The parts of a store
/// add theirs up, so that scores from all of them can be compared.
struct text_statistics {
    std::uint64_t texts = 0;                 ///< Rows whose field holds text.
    std::uint64_t length = 0;                ///< Terms in all of them.
    std::vector<std::uint64_t> texts_with{}; ///< Of each term asked about: rows that have it.

    /// Precondition: `other` is about the same terms, unless this is about none.
    text_statistics& operator+=(text_statistics const& other) {
        MKDB_ASSERT(texts_with.empty() || texts_with.size() == other.texts_with.size());
        texts += other.texts;
        length += other.length;
        texts_with.resize(other.texts_with.size());
        for (std::size_t i = 0; i < texts_with.size(); ++i) {
            texts_with[i] += other.texts_with[i];
        }
        return *this;
    }
};

/// What one term adds to the score of a text that has it: BM25 with k1 = 1.2 and b = 0.75. It is greater than zero,
/// grows with the frequency and falls with the length.
///
/// Source: S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and Trends
/// in Information Retrieval 3 (2009). The weight of a term that most texts have would be negative there; the one added
/// under the logarithm, as in Lucene, keeps it above zero.
class term_score {
public:
    static constexpr double k1 = 1.2;
    static constexpr double b = 0.75;

    /// Preconditions: the statistics are about this term; `weight`, that of the field, is greater than zero.
    term_score(text_statistics const& of, std::size_t term, double weight) noexcept
        : factor_(weight * (k1 + 1) * rarity(of, term)) {
        auto const average = static_cast<double>(of.length) / static_cast<double>(std::max<std::uint64_t>(of.texts, 1));
        slope_ = k1 * b / std::max(average, 1.0);
    }

    [[nodiscard]] double operator()(std::uint32_t frequency, std::uint32_t length) const noexcept {
        auto const count = static_cast<double>(frequency);
        return factor_ * count / (count + floor + slope_ * static_cast<double>(length));
    }

private:
    static constexpr double floor = k1 * (1 - b);

    [[nodiscard]] static double rarity(text_statistics const& of, std::size_t term) noexcept {
        auto const with = static_cast<double>(of.texts_with[term]);
        auto const without = std::max(static_cast<double>(of.texts) - with, 0.0);
        return std::log(1 + (without + 0.5) / (with + 0.5));
    }

    double factor_;
    double slope_ = 0;
};

} // namespace mkdb::index
