#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb_test {

struct found_term {
    std::string term;
    std::size_t begin = 0;
    std::size_t end = 0;

    friend bool operator==(found_term const&, found_term const&) = default;
    friend std::ostream& operator<<(std::ostream& out, found_term const& found) {
        return out << found.term << "[" << found.begin << "," << found.end << ")";
    }
};

template <class Tokenizer> std::vector<found_term> analyze(Tokenizer const& tokenizer, std::string_view text) {
    std::vector<found_term> found;
    tokenizer.analyze(text, [&](std::string_view term, std::size_t begin, std::size_t end) {
        found.push_back({std::string(term), begin, end});
    });
    return found;
}

/// The terms alone, with | between them.
template <class Tokenizer> std::string terms(Tokenizer const& tokenizer, std::string_view text) {
    std::string joined;
    for (auto const& found : analyze(tokenizer, text)) {
        joined += (joined.empty() ? "" : "|") + found.term;
    }
    return joined;
}

} // namespace mkdb_test
