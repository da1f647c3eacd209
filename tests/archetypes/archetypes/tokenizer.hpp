#pragma once

#include <mkdb/text/concept.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace archetypes {

class tokenizer {
public:
    tokenizer() = default;
    tokenizer(tokenizer&&) = delete;
    tokenizer(tokenizer const&) = delete;
    tokenizer& operator=(tokenizer&&) = delete;
    tokenizer& operator=(tokenizer const&) = delete;
    ~tokenizer() = default;

    template <class OnTerm>
    void analyze(std::string_view /*text*/, OnTerm&& /*on_term*/) const {}
};
static_assert(mkdb::text::tokenizer<tokenizer>);
static_assert(!mkdb::text::multilingual_tokenizer<tokenizer> && !mkdb::text::named_tokenizer<tokenizer>);

/// The least that knows languages: it has one.
class multilingual_tokenizer : public tokenizer {
public:
    [[nodiscard]] static std::vector<std::string> languages() { return {"archetype"}; }
    [[nodiscard]] static multilingual_tokenizer const* in_language(std::string_view name) {
        static multilingual_tokenizer const only;
        return name == "archetype" ? &only : nullptr;
    }
    [[nodiscard]] char const* language() const { return "archetype"; }
};
static_assert(mkdb::text::multilingual_tokenizer<multilingual_tokenizer>);

} // namespace archetypes
