#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/text/concept.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::text {

/// Language by name of a field. Fields that are not named have the tokenizer's own.
using field_languages = std::map<std::string, std::string, std::less<>>;

namespace detail {

[[nodiscard]] inline std::string joined(std::vector<std::string> const& names) {
    std::string list;
    for (auto const& name : names) {
        list += (list.empty() ? "" : ", ") + name;
    }
    return list;
}

/// What is wrong with a language; empty: nothing.
template <tokenizer T>
[[nodiscard]] std::string fault_of(std::string const& language) {
    if (language.empty()) {
        return {};
    }
    if constexpr (multilingual_tokenizer<T>) {
        return T::in_language(language) != nullptr
                   ? std::string()
                   : "no language '" + language + "', there are " + joined(T::languages());
    } else {
        return "language '" + language + "': the tokenizer of this program knows no languages";
    }
}

} // namespace detail

/// Whether a tokenizer has these languages. Errors: `errc::unsupported`, which names field and language, and the
/// languages that there are.
template <tokenizer T>
[[nodiscard]] result<> check_languages(field_languages const& languages) {
    for (auto const& [field, language] : languages) {
        if (auto const fault = detail::fault_of<T>(language); !fault.empty()) {
            return fail(errc::unsupported, "field '" + field + "': " + fault);
        }
    }
    return {};
}

/// The tokenizer for terms of a language, whose name is empty for that of `own`. Preconditions: `check_languages`
/// accepts it; `own` is as it was made.
template <tokenizer T>
[[nodiscard]] T const& in_language(T const& own, std::string_view language) {
    if constexpr (multilingual_tokenizer<T>) {
        if (!language.empty() && language != own.language()) {
            auto const* const found = T::in_language(language);
            MKDB_ASSERT(found != nullptr);
            return *found;
        }
    }
    return own;
}

/// Which tokenizer is for the text of which field. Where languages are compared, that of the tokenizer itself has the
/// empty name, whether it was named or not.
///
/// Thread safety: const calls together.
template <tokenizer T>
class field_tokenizers {
public:
    /// Both outlive this; no `languages`: every field has the tokenizer's own. Precondition: `check_languages` accepts
    /// them.
    explicit field_tokenizers(T const& own, field_languages const* languages = nullptr)
        : own_(&own), languages_(languages) {}

    [[nodiscard]] std::string_view language_of(std::string_view field) const {
        if constexpr (multilingual_tokenizer<T>) {
            if (languages_ == nullptr) {
                return {};
            }
            auto const found = languages_->find(field);
            return found == languages_->end() || found->second == own_->language() ? std::string_view()
                                                                                   : std::string_view(found->second);
        } else {
            return {};
        }
    }

    /// Lives as long as `own`, whatever becomes of this.
    [[nodiscard]] T const& of(std::string_view field) const { return in_language(*own_, language_of(field)); }

private:
    T const* own_;
    field_languages const* languages_;
};

} // namespace mkdb::text
