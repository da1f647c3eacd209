#pragma once

#include <mkdb/text/concept.hpp>

#include <cstddef>
#include <string_view>

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

} // namespace archetypes
