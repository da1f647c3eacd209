#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace mkdb::text {

namespace detail {
/// What a tokenizer calls for each term, for the concept's sake.
struct term_visitor {
    void operator()(std::string_view, std::size_t, std::size_t) const {}
};
} // namespace detail

/// Turns text into terms. `analyze(text, on_term)` calls `on_term(term, begin, end)` for each, in the order of the
/// text: the term as it is looked up, and the bytes of `text` that it stands for. The term is valid during the call
/// only.
///
/// The same text always gives the same terms: records are analyzed when they are indexed, when they leave an index, and
/// when they are searched without one. The text is UTF-8. Many texts give no terms.
/// A tokenizer has no settings: one is made wherever a store or a check of its options needs one.
/// Thread safety: `analyze` is called on one object from many threads at once.
template <class T>
concept tokenizer = std::default_initializable<T> &&
    requires(T const& tokenizer, std::string_view text, detail::term_visitor on_term) {
    { tokenizer.analyze(text, on_term) } -> std::same_as<void>;
};

/// A tokenizer that tells when other terms are to be expected: two versions of it that may give different terms for any
/// text have different names. Indexes of its terms outlive the program in checkpoints; those of others do not.
template <class T>
concept named_tokenizer = tokenizer<T> && requires {
    { T::format_name() } -> std::convertible_to<std::string>;
};

} // namespace mkdb::text
