#pragma once

#include "corpus.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::bench::peers {

enum class word_rule {
    all_occur,
    follow_each_other,
    any_occur,
};

enum class row_order {
    any,
    price_ascending,  ///< Equal prices by the documents' numbers.
    price_descending, ///< Likewise.
    score,            ///< BM25; no total is asked for.
};

struct price_range {
    std::int64_t from = 0;
    std::int64_t to = 0; ///< Inclusive.
};

/// What is asked, in no engine's language. All parts hold together; without any, all documents match.
struct question {
    std::vector<std::string> words{};
    word_rule rule = word_rule::all_occur;
    std::optional<std::string> category{};
    std::optional<price_range> price{};
    row_order order = row_order::any;
    std::uint64_t limit = 300; ///< 0: all.
    bool count_only = false;
};

/// One row of the result: questions of the same kind with other words and numbers.
struct question_kind {
    std::string_view name;
    std::function<question(corpus const&, std::uint64_t documents, random_numbers&)> make;
};

namespace detail {

/// In 10 % to 1 % of the documents.
[[nodiscard]] inline std::string mid_word(corpus const& from, random_numbers& random) {
    return from.words()[50 + random.below(451)];
}

/// In about a third of the documents.
[[nodiscard]] inline std::string common_word(corpus const& from, random_numbers& random) {
    return from.words()[5 + random.below(16)];
}

[[nodiscard]] inline std::vector<std::string> two_mid_words(corpus const& from, random_numbers& random) {
    std::vector<std::string> words{mid_word(from, random), mid_word(from, random)};
    while (words[0] == words[1]) {
        words[1] = mid_word(from, random);
    }
    return words;
}

/// Two words that stand together in some document, neither of them among the twenty commonest.
[[nodiscard]] inline std::vector<std::string> neighbours(corpus const& from, std::uint64_t documents,
                                                         random_numbers& random) {
    constexpr std::size_t commonest = 20;
    constexpr std::size_t rare = 2000;
    auto const fits = [](std::size_t rank) { return rank >= commonest && rank < rare; };
    while (true) {
        auto const ranks = from.ranks(random.below(documents));
        auto const at = random.below(ranks.size() - 1);
        if (fits(ranks[at]) && fits(ranks[at + 1])) {
            return {from.words()[ranks[at]], from.words()[ranks[at + 1]]};
        }
    }
}

/// A range that holds this part of the documents, somewhere.
[[nodiscard]] inline price_range part_of_prices(double part, random_numbers& random) {
    auto const width = std::max<std::int64_t>(1, static_cast<std::int64_t>(part * static_cast<double>(corpus::prices)));
    auto const from = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(corpus::prices - width + 1)));
    return {from, from + width - 1};
}

template <class... Change>
[[nodiscard]] question_kind range(std::string_view name, double part, Change... change) {
    return {name, [=](corpus const&, std::uint64_t, random_numbers& random) {
                question asked{.price = part_of_prices(part, random)};
                (change(asked), ...);
                return asked;
            }};
}

template <class Words>
[[nodiscard]] question_kind text(std::string_view name, Words words, word_rule rule, row_order by,
                                 std::uint64_t limit) {
    return {name, [=](corpus const& from, std::uint64_t, random_numbers& random) {
                return question{.words = words(from, random), .rule = rule, .order = by, .limit = limit};
            }};
}

[[nodiscard]] inline std::vector<std::string> one_common_word(corpus const& from, random_numbers& random) {
    return {common_word(from, random)};
}

/// As many documents match whatever the collection's size, as far as prices are fine enough to say so.
[[nodiscard]] inline question few_by_price(corpus const&, std::uint64_t documents, random_numbers& random) {
    constexpr double matches = 100;
    return {.price = part_of_prices(std::min(1.0, matches / static_cast<double>(documents)), random)};
}

} // namespace detail

/// All kinds, in the order of the table.
[[nodiscard]] inline std::vector<question_kind> question_kinds() {
    using enum word_rule;
    return {
        detail::text("and_two", detail::two_mid_words, all_occur, row_order::any, 300),
        detail::text("common_word", detail::one_common_word, all_occur, row_order::any, 300),
        {"phrase",
         [](corpus const& from, std::uint64_t documents, random_numbers& random) {
             return question{.words = detail::neighbours(from, documents, random), .rule = follow_each_other};
         }},
        detail::text("ranked_and_two", detail::two_mid_words, all_occur, row_order::score, 10),
        detail::text("ranked_or_two", detail::two_mid_words, any_occur, row_order::score, 10),
        detail::text("ranked_common_word", detail::one_common_word, all_occur, row_order::score, 10),
        {"range_few", detail::few_by_price},
        detail::range("range_0.1", 0.001),
        detail::range("range_1", 0.01),
        detail::range("range_10", 0.1),
        detail::range("range_1_total", 0.01, [](question& asked) { asked.count_only = true; }),
        detail::range("range_1_all", 0.01, [](question& asked) { asked.limit = 0; }),
        detail::range("range_1_sorted", 0.01, [](question& asked) { asked.order = row_order::price_ascending; }),
        {"all_sorted",
         [](corpus const&, std::uint64_t, random_numbers& random) {
             return question{.order = random.below(2) == 0 ? row_order::price_ascending : row_order::price_descending,
                             .limit = 10};
         }},
        {"three_way",
         [](corpus const& from, std::uint64_t, random_numbers& random) {
             return question{.words = detail::one_common_word(from, random),
                             .category = corpus::category(random.below(corpus::categories)),
                             .price = detail::part_of_prices(0.1, random)};
         }},
    };
}

} // namespace mkdb::bench::peers
