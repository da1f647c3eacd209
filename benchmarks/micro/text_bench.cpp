#include "micro/corpus.hpp"

#include <mkdb/index/full_text.hpp>
#include <mkdb/index/text_ranking.hpp>
#include <mkdb/text/standard.hpp>
#include <mkdb/text/whitespace.hpp>

#include <benchmark/benchmark.h>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace {

using mkdb::bench::corpus;
using mkdb::index::operation;
using mkdb::text::whitespace;
using index_type = mkdb::index::full_text::instance<whitespace>;

template <class Tokenizer>
auto built(Tokenizer const& tokenizer, std::size_t texts = corpus::text_count) {
    auto made = std::make_unique<mkdb::index::full_text::instance<Tokenizer>>(tokenizer, 1);
    for (std::uint32_t row = 0; row < texts; ++row) {
        made->insert(row, boost::json::value(corpus::shared().texts()[row]));
    }
    return made;
}

/// Over the whole corpus, built once.
index_type const& whole() {
    static whitespace const tokenizer;
    static auto const made = built(tokenizer);
    return *made;
}

template <class Tokenizer>
void build(benchmark::State& state) {
    Tokenizer const tokenizer;
    auto const& texts = corpus::shared().texts();
    for (auto _ : state) {
        auto const made = built(tokenizer);
        auto const costs = made->statistics();
        state.counters["MiB"] = static_cast<double>(costs.bytes) / (1 << 20);
        state.counters["postings"] = static_cast<double>(costs.entries);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(texts.size()));
}
BENCHMARK(build<whitespace>)->Name("text/build/whitespace")->Unit(benchmark::kMillisecond);
BENCHMARK(build<mkdb::text::standard>)->Name("text/build/standard")->Unit(benchmark::kMillisecond);

/// The tokenizer's part of `build`.
template <class Tokenizer>
void analyze(benchmark::State& state) {
    Tokenizer const tokenizer;
    for (auto _ : state) {
        std::size_t bytes = 0;
        for (auto const& text : corpus::shared().texts()) {
            tokenizer.analyze(text, [&](std::string_view term, std::size_t, std::size_t) { bytes += term.size(); });
        }
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(corpus::text_count));
}
BENCHMARK(analyze<whitespace>)->Name("text/analyze/whitespace")->Unit(benchmark::kMillisecond);
BENCHMARK(analyze<mkdb::text::standard>)->Name("text/analyze/standard")->Unit(benchmark::kMillisecond);

/// A text is taken out and comes back changed.
void update(benchmark::State& state) {
    whitespace const tokenizer;
    auto const made = built(tokenizer);
    auto const& texts = corpus::shared().texts();
    std::uint32_t turn = 0;
    for (auto _ : state) {
        auto const row = static_cast<std::uint32_t>(turn++ * 7919U % texts.size());
        boost::json::value const text(texts[row]);
        made->erase(row, text);
        made->insert(row, text);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(update)->Name("text/update")->Unit(benchmark::kMicrosecond);

/// The questions of a benchmark, one after another. Tells the median besides, which a busy machine disturbs less.
template <class Question, class Ask>
void ask_in_turn(benchmark::State& state, std::vector<Question> const& questions, Ask const& ask) {
    using clock = std::chrono::steady_clock;
    whole();
    std::vector<std::chrono::duration<double, std::micro>> times;
    std::uint64_t hits = 0;
    for (auto _ : state) {
        auto const begin = clock::now();
        hits += ask(questions[times.size() % questions.size()]);
        times.push_back(clock::now() - begin);
    }
    std::ranges::nth_element(times, times.begin() + std::ssize(times) / 2);
    state.counters["median_us"] = times[times.size() / 2].count();
    state.counters["hits"] = benchmark::Counter(static_cast<double>(hits), benchmark::Counter::kAvgIterations);
}

/// How many rows meet a condition, and the first three hundred of them.
std::uint64_t total_and_first(operation op, std::vector<std::string> terms) {
    auto const found = whole().lookup({"f", op, {}, std::move(terms)}).value();
    std::array<std::uint32_t, 300> first;
    std::size_t count = 0;
    for (auto at = found.begin(); at != found.end() && count < first.size(); ++at) {
        first[count++] = *at;
    }
    benchmark::DoNotOptimize(first);
    return found.cardinality();
}

std::uint64_t ranked(std::vector<std::string> terms, bool every_term) {
    mkdb::index::text_ranking ranking(std::move(terms));
    ranking.add_field(whole(), whole().text_statistics_of(ranking.terms()));
    auto const rows = every_term ? ranking.rows_with_every_term() : mkdb::index::row_set();
    return ranking.best(10, every_term ? &rows : nullptr).size();
}

auto pairs() {
    std::vector<std::vector<std::string>> made;
    for (auto const& [a, b] : corpus::shared().middling_pairs(1000)) {
        made.push_back(mkdb::index::distinct({a, b}));
    }
    return made;
}

void two_words(benchmark::State& state) {
    ask_in_turn(state, pairs(), [](auto const& terms) { return total_and_first(operation::contains, terms); });
}
BENCHMARK(two_words)->Name("text/and/total_and_300")->Unit(benchmark::kMicrosecond);

void common_word(benchmark::State& state) {
    ask_in_turn(state, corpus::shared().common_words(200),
                [](auto const& term) { return total_and_first(operation::contains, {term}); });
}
BENCHMARK(common_word)->Name("text/common/total_and_300")->Unit(benchmark::kMicrosecond);

void two_words_ranked(benchmark::State& state) {
    ask_in_turn(state, pairs(), [&](auto const& terms) { return ranked(terms, state.range(0) != 0); });
}
BENCHMARK(two_words_ranked)->Name("text/bm25_top10/and")->Arg(1)->Unit(benchmark::kMicrosecond);
BENCHMARK(two_words_ranked)->Name("text/bm25_top10/or")->Arg(0)->Unit(benchmark::kMicrosecond);

void common_word_ranked(benchmark::State& state) {
    ask_in_turn(state, corpus::shared().common_words(200), [](auto const& term) { return ranked({term}, false); });
}
BENCHMARK(common_word_ranked)->Name("text/bm25_top10/common")->Unit(benchmark::kMicrosecond);

void common_words_ranked(benchmark::State& state) {
    std::vector<std::vector<std::string>> questions;
    for (auto const& word : corpus::shared().common_words(200)) {
        questions.push_back(mkdb::index::distinct({word, corpus::shared().word(questions.size() % 5), "missing",
                                                   corpus::shared().word(600 + questions.size())}));
    }
    ask_in_turn(state, questions, [](auto const& terms) { return ranked(terms, false); });
}
BENCHMARK(common_words_ranked)->Name("text/bm25_top10/three_words")->Unit(benchmark::kMicrosecond);

void phrase(benchmark::State& state) {
    std::vector<std::vector<std::string>> phrases;
    for (std::size_t row = 0; row < corpus::text_count; row += 200) {
        std::vector<std::string> terms;
        whitespace().analyze(corpus::shared().texts()[row], [&](std::string_view term, std::size_t, std::size_t) {
            if (terms.size() < static_cast<std::size_t>(state.range(0))) {
                terms.emplace_back(term);
            }
        });
        phrases.push_back(std::move(terms));
    }
    ask_in_turn(state, phrases, [](auto const& terms) { return total_and_first(operation::phrase, terms); });
}
BENCHMARK(phrase)->Name("text/phrase")->ArgName("words")->Arg(2)->Arg(4)->Unit(benchmark::kMicrosecond);

void fuzzy(benchmark::State& state) {
    std::vector<std::string> words;
    for (std::size_t rank = 50; rank < 25000; rank += 25) {
        auto word = corpus::shared().word(rank);
        std::swap(word[1], word[2]);
        words.push_back(std::move(word));
    }
    ask_in_turn(state, words, [](auto const& word) { return total_and_first(operation::fuzzy, {word}); });
}
BENCHMARK(fuzzy)->Name("text/fuzzy")->Unit(benchmark::kMicrosecond);

} // namespace
