#pragma once

#include "engine.hpp"
#include "measure.hpp"
#include "task.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::bench::peers {

namespace detail {

constexpr std::size_t questions_a_kind = 1000;
constexpr std::size_t least_questions = 10;
constexpr std::size_t most_rounds = 5;
constexpr std::size_t full_answers = 3;

/// FNV-1a over numbers: equal answers have equal digests.
[[nodiscard]] inline std::uint64_t digest(std::vector<std::uint64_t> const& numbers) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (auto const number : numbers) {
        hash = (hash ^ number) * 0x100000001B3U;
    }
    return hash;
}

/// What can be compared of a page: where the order is defined, the ids; elsewhere, how many there are.
[[nodiscard]] inline std::uint64_t page_digest(question const& asked, answer const& found) {
    auto const ordered = asked.order == row_order::price_ascending || asked.order == row_order::price_descending;
    return ordered ? digest(found.numbers) : found.numbers.size();
}

[[nodiscard]] inline std::vector<question> questions_of(question_kind const& kind, corpus const& texts,
                                                        std::uint64_t documents) {
    random_numbers random(texts.seed() + digest({kind.name.begin(), kind.name.end()}));
    std::vector<question> asked(questions_a_kind);
    std::ranges::generate(asked, [&] { return kind.make(texts, documents, random); });
    return asked;
}

/// By kind, in the order of the table.
template <engine E>
[[nodiscard]] std::vector<std::pair<std::string, std::vector<question>>> wanted_questions(task const& wanted) {
    corpus const texts(wanted.seed);
    std::vector<std::pair<std::string, std::vector<question>>> all;
    for (auto const& kind : question_kinds()) {
        if (!wanted.only.empty() && std::ranges::count(wanted.only, kind.name) == 0) {
            continue;
        }
        auto questions = questions_of(kind, texts, wanted.documents);
        if (E::supports(questions.front())) {
            all.emplace_back(kind.name, std::move(questions));
        }
    }
    return all;
}

template <engine E>
[[nodiscard]] answer ask(E& opened, question const& asked) {
    return E::read(opened.run(opened.prepare(asked)));
}

/// Whether there is time for one more question.
[[nodiscard]] inline bool goes_on(std::size_t done, std::size_t questions, stopwatch const& since, double seconds) {
    return done < least_questions || (done < questions * most_rounds && since.seconds() < seconds);
}

/// Fills caches, the engine's and the system's, with what the questions touch.
template <engine E>
void warm_up(E& opened, std::vector<question> const& questions, double seconds) {
    stopwatch const since;
    for (std::size_t i = 0; i < questions.size() && (i == 0 || since.seconds() < seconds); ++i) {
        (void)opened.run(opened.prepare(questions[i]));
    }
}

/// Times questions one by one; what they were answered is kept for the comparison with other engines.
template <engine E>
[[nodiscard]] boost::json::object time_questions(E& opened, std::vector<question> const& questions, double seconds) {
    std::vector<double> prepared, answered;
    boost::json::array totals, pages;
    double matches = 0;
    stopwatch const since;
    for (std::size_t i = 0; goes_on(i, questions.size(), since, seconds); ++i) {
        auto const& asked = questions[i % questions.size()];
        stopwatch const one;
        auto&& request = opened.prepare(asked);
        prepared.push_back(one.seconds());
        auto const raw = opened.run(request);
        answered.push_back(one.seconds());
        if (i < questions.size()) {
            auto const found = E::read(raw);
            auto const total = asked.order == row_order::score ? found.numbers.size() : found.total;
            totals.push_back(total);
            pages.push_back(page_digest(asked, found));
            matches += static_cast<double>(total);
        }
    }
    auto const compared = static_cast<double>(totals.size());
    return {{"p50_us", percentile(answered, 0.5) * 1e6},
            {"p99_us", percentile(answered, 0.99) * 1e6},
            {"prepare_p50_us", percentile(prepared, 0.5) * 1e6},
            {"asked", answered.size()},
            {"mean_matches", matches / compared},
            {"totals", std::move(totals)},
            {"pages", std::move(pages)}};
}

/// Digests of all ids that some questions match, in the order of their numbers.
template <engine E>
[[nodiscard]] boost::json::array full_sets(E& opened, std::vector<question> const& questions) {
    boost::json::array sets;
    for (std::size_t i = 0; i < full_answers; ++i) {
        auto whole = questions[i];
        if (whole.order != row_order::any) {
            break; // the pages themselves are compared, or nothing can be
        }
        whole.limit = 0;
        whole.count_only = false;
        auto found = ask(opened, whole).numbers;
        std::ranges::sort(found);
        sets.push_back(digest(found));
    }
    return sets;
}

} // namespace detail

/// Asks all kinds of questions that are wanted and supported.
template <engine E>
[[nodiscard]] boost::json::object ask_all(task const& wanted) {
    auto const asked = detail::wanted_questions<E>(wanted);
    auto const before = anonymous_bytes();
    stopwatch const opening;
    E opened(wanted.directory);
    boost::json::object report{{"open_ms", opening.seconds() * 1e3}, {"opened_bytes", anonymous_bytes_beyond(before)}};
    boost::json::object kinds;
    for (auto const& [name, questions] : asked) {
        detail::warm_up(opened, questions, wanted.seconds / 2);
        kinds[name] = detail::time_questions(opened, questions, wanted.seconds);
    }
    report["memory_bytes"] = anonymous_bytes_beyond(before);
    for (auto const& [name, questions] : asked) {
        kinds[name].as_object()["sets"] = detail::full_sets(opened, questions);
    }
    report["kinds"] = std::move(kinds);
    return report;
}

} // namespace mkdb::bench::peers
