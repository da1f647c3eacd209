#pragma once

#include "archetypes/tokenizer.hpp"

#include <mkdb/index/index_set.hpp>

namespace archetypes {

struct index {
    static constexpr char const* name = "archetype";

    template <class Tokenizer>
    class instance {
    public:
        instance(Tokenizer const& /*tokenizer*/, std::uint64_t /*seed*/) {}
        instance(instance&&) = delete;
        instance(instance const&) = delete;
        instance& operator=(instance&&) = delete;
        instance& operator=(instance const&) = delete;
        ~instance() = default;

        void insert(std::uint32_t /*row*/, boost::json::value const& /*field*/) {}
        void erase(std::uint32_t /*row*/, boost::json::value const& /*field*/) {}
        [[nodiscard]] std::optional<mkdb::index::row_set> lookup(mkdb::index::condition const& /*asked*/) const {
            return std::nullopt;
        }
        [[nodiscard]] mkdb::index::index_statistics statistics() const { return {}; }
    };
};
static_assert(mkdb::index::secondary_index<index, tokenizer>);

} // namespace archetypes
