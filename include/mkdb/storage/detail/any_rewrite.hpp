#pragma once

#include <mkdb/storage/concept.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace mkdb::storage::detail {

/// Stands for the rewrite of a backend that has none.
template <class Backend>
struct no_rewrite {};

template <class Backend>
struct rewrite_of {
    using type = no_rewrite<Backend>;
};
template <compactable_storage Backend>
struct rewrite_of<Backend> {
    using type = typename Backend::rewrite;
};

template <class Backend>
[[nodiscard]] std::vector<segment_statistics> segments_of(Backend const& backend) {
    if constexpr (compactable_storage<Backend>) {
        return backend.segments();
    } else {
        return {};
    }
}

/// The rewrite of whichever backend was chosen. One that cannot be compacted lists no segments, so none is begun there.
template <class... Backends>
class any_rewrite {
public:
    template <class Backend>
    [[nodiscard]] static result<any_rewrite> begin(Backend& backend, std::span<std::uint32_t const> victims) {
        if constexpr (compactable_storage<Backend>) {
            MKDB_TRY_ASSIGN(auto begun, backend.begin_rewrite(victims));
            return any_rewrite(variant(std::in_place_type<typename Backend::rewrite>, std::move(begun)));
        } else {
            return fail(errc::invalid_argument, "this storage has no segments that could be compacted");
        }
    }

    template <class Keep>
    [[nodiscard]] result<std::uint64_t> step(Keep&& keep) {
        return with_chosen<result<std::uint64_t>>(*this, [&](auto& chosen) { return chosen.step(keep); });
    }
    [[nodiscard]] std::optional<std::uint32_t> unreadable() const {
        return with_chosen<std::optional<std::uint32_t>>(*this, [](auto const& chosen) { return chosen.unreadable(); });
    }
    [[nodiscard]] std::vector<relocation> moved() const {
        return with_chosen<std::vector<relocation>>(*this, [](auto const& chosen) { return chosen.moved(); });
    }
    [[nodiscard]] rewrite_counts counts() const {
        return with_chosen<rewrite_counts>(*this, [](auto const& chosen) { return chosen.counts(); });
    }
    [[nodiscard]] result<> commit() {
        return with_chosen<result<>>(*this, [](auto& chosen) { return chosen.commit(); });
    }
    [[nodiscard]] result<> release() {
        return with_chosen<result<>>(*this, [](auto& chosen) { return chosen.release(); });
    }

private:
    using variant = std::variant<typename rewrite_of<Backends>::type...>;

    explicit any_rewrite(variant chosen) : chosen_(std::move(chosen)) {}

    template <class Result, class Self, class Action>
    [[nodiscard]] static Result with_chosen(Self& self, Action const& action) {
        return std::visit(
            [&](auto& chosen) -> Result {
                if constexpr (segment_rewrite<std::remove_cvref_t<decltype(chosen)>>) {
                    return action(chosen);
                } else {
                    return Result();
                }
            },
            self.chosen_);
    }

    variant chosen_;
};

} // namespace mkdb::storage::detail
