#pragma once

#include <mkdb/core/assert.hpp>

#include <libstemmer.h>

#include <memory>
#include <string_view>

namespace mkdb::text {

/// A Snowball stemmer: "bolts" and "bolted" become "bolt". Takes folded UTF-8.
///
/// Thread safety: none, the library keeps a buffer in each stemmer; use one a thread.
class snowball {
public:
    /// Preconditions: libstemmer knows the algorithm.
    explicit snowball(char const* algorithm) : stemmer_(sb_stemmer_new(algorithm, "UTF_8")) {
        MKDB_ASSERT(stemmer_ != nullptr);
    }

    /// Valid until the next call. Without memory the word stays as it is.
    [[nodiscard]] std::string_view stem(std::string_view word) {
        auto const* const stemmed = sb_stemmer_stem(stemmer_.get(), reinterpret_cast<sb_symbol const*>(word.data()),
                                                    static_cast<int>(word.size()));
        if (stemmed == nullptr) {
            return word;
        }
        return {reinterpret_cast<char const*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
    }

private:
    struct deleter {
        void operator()(sb_stemmer* stemmer) const noexcept { sb_stemmer_delete(stemmer); }
    };
    std::unique_ptr<sb_stemmer, deleter> stemmer_;
};

} // namespace mkdb::text
