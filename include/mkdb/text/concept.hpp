#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

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
/// Beside its language a tokenizer has no settings: one is made wherever a store or a check of its options needs one.
/// Thread safety: `analyze` is called on one object from many threads at once.
template <class T>
concept tokenizer = std::default_initializable<T> &&
    requires(T const& tokenizer, std::string_view text, detail::term_visitor on_term) {
    { tokenizer.analyze(text, on_term) } -> std::same_as<void>;
};

/// A tokenizer that tells when other terms are to be expected: two versions of it that may give different terms for any
/// text have different names. Indexes of its terms outlive the program in checkpoints; those of others do not.
/// Of one that knows languages, those for two languages have different names.
template <class T>
concept named_tokenizer = tokenizer<T> && requires(T const& tokenizer) {
    { tokenizer.format_name() } -> std::convertible_to<std::string>;
};

/// A tokenizer that knows languages, among them its own, which it has when it is made. `in_language(name)` gives the
/// one for a language, null for a name that is not among `languages()`; it lives as long as the program.
///
/// In every language the words of a text begin and end at the same bytes, so that what terms of two languages stand for
/// can be held against each other. A language may leave words out.
/// Thread safety: `in_language` is called from many threads at once.
template <class T>
concept multilingual_tokenizer = tokenizer<T> && requires(T const& tokenizer, std::string_view name) {
    { T::languages() } -> std::convertible_to<std::vector<std::string>>;
    { T::in_language(name) } -> std::same_as<T const*>;
    { tokenizer.language() } -> std::convertible_to<std::string_view>;
};

} // namespace mkdb::text
