#pragma once

#include <mkdb/storage/scrubbable.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace mkdb::storage::detail {

/// Stands for the scrub of a backend that has none.
template <class Backend>
struct no_scrub {};

template <class Backend>
struct scrub_of {
    using type = no_scrub<Backend>;
};
template <scrubbable_storage Backend>
struct scrub_of<Backend> {
    using type = typename Backend::scrub;
};

[[nodiscard]] inline error nothing_to_scrub() {
    return fail(errc::unsupported, "this storage has no segments that could be scrubbed");
}

/// The scrub of whichever backend was chosen. One that cannot be scrubbed lists no segments, so none is begun there.
template <class... Backends>
class any_scrub {
public:
    template <class Backend>
    [[nodiscard]] static result<any_scrub> begin(Backend& backend, std::uint32_t segment) {
        if constexpr (scrubbable_storage<Backend>) {
            MKDB_TRY_ASSIGN(auto begun, backend.begin_scrub(segment));
            return any_scrub(variant(std::in_place_type<typename Backend::scrub>, std::move(begun)));
        } else {
            return nothing_to_scrub();
        }
    }

    [[nodiscard]] result<std::uint64_t> step() {
        return std::visit(
            [](auto& chosen) -> result<std::uint64_t> {
                if constexpr (segment_scrub<std::remove_cvref_t<decltype(chosen)>>) {
                    return chosen.step();
                } else {
                    return nothing_to_scrub();
                }
            },
            chosen_);
    }

    [[nodiscard]] scrub_finding const& finding() const {
        return std::visit(
            [](auto const& chosen) -> scrub_finding const& {
                if constexpr (segment_scrub<std::remove_cvref_t<decltype(chosen)>>) {
                    return chosen.finding();
                } else {
                    static scrub_finding const nothing{};
                    return nothing;
                }
            },
            chosen_);
    }

private:
    using variant = std::variant<typename scrub_of<Backends>::type...>;

    explicit any_scrub(variant chosen) : chosen_(std::move(chosen)) {}

    variant chosen_;
};

} // namespace mkdb::storage::detail
