#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/eviction/concept.hpp>

#include <array>
#include <cstddef>
#include <utility>
#include <variant>

namespace mkdb::eviction {

/// Several models in one program: each tracker is the one that `options::clean_type` names.
///
/// Preconditions of making a tracker: `knows<any_of<...>>(clean_type)`; names are unique among the models.
template <eviction_policy... Models>
struct any_of {
    /// Every model's names, in the order of the models.
    static constexpr auto names = [] {
        std::array<std::string_view, (std::size(Models::names) + ...)> all;
        std::size_t count = 0;
        (..., [&](auto const& some) {
            for (auto const name : some) {
                all[count++] = name;
            }
        }(Models::names));
        return all;
    }();

    template <class Key>
    class tracker {
    public:
        explicit tracker(options const& settings) : model_(choose<Models...>(settings)) {}

        [[nodiscard]] slot on_insert(Key const& key, instant now) {
            return std::visit([&](auto& model) { return model.on_insert(key, now); }, model_);
        }
        void on_hit(slot where, instant now) {
            std::visit([&](auto& model) { model.on_hit(where, now); }, model_);
        }
        void on_erase(slot where) {
            std::visit([&](auto& model) { model.on_erase(where); }, model_);
        }
        [[nodiscard]] std::optional<Key> evict() {
            return std::visit([](auto& model) { return model.evict(); }, model_);
        }
        [[nodiscard]] std::optional<Key> expired(instant now) {
            return std::visit([&](auto& model) { return model.expired(now); }, model_);
        }

    private:
        using variant = std::variant<typename Models::template tracker<Key>...>;

        template <class First, class... Rest>
        [[nodiscard]] static variant choose(options const& settings) {
            if constexpr (sizeof...(Rest) > 0) {
                if (!knows<First>(settings.clean_type)) {
                    return choose<Rest...>(settings);
                }
            }
            MKDB_ASSERT(knows<First>(settings.clean_type));
            return variant(std::in_place_type<typename First::template tracker<Key>>, settings);
        }

        variant model_;
    };
};

} // namespace mkdb::eviction
