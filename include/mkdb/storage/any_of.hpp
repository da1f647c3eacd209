#pragma once

#include <mkdb/storage/concept.hpp>
#include <mkdb/storage/detail/any_rewrite.hpp>
#include <mkdb/storage/detail/any_scrub.hpp>
#include <mkdb/storage/frozen.hpp>
#include <mkdb/storage/numbering.hpp>
#include <mkdb/storage/scrubbable.hpp>

#include <array>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace mkdb::storage {

/// Several storage policies in one program: each store uses the one that `options::type` names.
///
/// Opening with an unknown name fails with `errc::unsupported` and a sentence that lists the known ones.
template <class... Models>
struct any_of {
    static_assert(sizeof...(Models) > 0);

    static constexpr std::array<std::string_view, sizeof...(Models)> names{Models::name...};

    struct options {
        std::string type{names.front()};
        std::tuple<typename Models::options...> models; ///< Each model's own; only the chosen one's are read.

        /// The options of one model, to be set before opening.
        template <class Model>
        [[nodiscard]] typename Model::options& of() noexcept {
            return std::get<typename Model::options>(models);
        }
    };

    [[nodiscard]] static bool knows(std::string_view type) noexcept { return index_of(type) < names.size(); }

    /// The chosen model's name for its bytes; of an unknown type, a name that no bytes have.
    [[nodiscard]] static std::string format_name(options const& settings) {
        std::string format = "unknown/" + settings.type;
        for_chosen(settings,
                   [&]<std::size_t Index>() { format = model<Index>::format_name(std::get<Index>(settings.models)); });
        return format;
    }

    /// See `locatable_storage`; a model that is none is taken to be there.
    template <class Files>
    [[nodiscard]] static result<bool> is_present(Files& files, std::filesystem::path const& directory,
                                                 options const& settings) {
        result<bool> present = true;
        for_chosen(settings, [&]<std::size_t Index>() {
            if constexpr (locatable_storage<model<Index>, Files>) {
                present = model<Index>::is_present(files, directory, std::get<Index>(settings.models));
            }
        });
        return present;
    }

    /// See `recognizable_storage`: records of any model, since which one a directory belongs to may be lost.
    template <class Files>
    [[nodiscard]] static result<bool> may_hold_records(Files& files, std::filesystem::path const& directory) {
        result<bool> held = false;
        auto const look = [&]<class Model>(std::type_identity<Model>) {
            if constexpr (recognizable_storage<Model, Files>) {
                if (held && !*held) {
                    held = Model::may_hold_records(files, directory);
                }
            }
        };
        (look(std::type_identity<Models>()), ...);
        return held;
    }

    template <class Environment>
    static constexpr bool can_be_scrubbed = (scrubbable_storage<typename Models::template backend<Environment>> || ...);

    template <class Environment>
    class backend {
    public:
        [[nodiscard]] static result<backend> open(Environment& environment, std::filesystem::path const& directory,
                                                  options const& settings) {
            result<backend> opened = fail(errc::unsupported, unknown(settings.type));
            for_chosen(settings, [&]<std::size_t Index>() {
                using chosen = typename model<Index>::template backend<Environment>;
                auto inner = chosen::open(environment, directory, std::get<Index>(settings.models));
                if (inner) {
                    opened = backend(variant(std::in_place_index<Index>, std::move(*inner)));
                } else {
                    opened = std::move(inner).error();
                }
            });
            return opened;
        }

        [[nodiscard]] result<> append(std::span<log_record const> batch, std::span<location> out) {
            return std::visit([&](auto& chosen) { return chosen.append(batch, out); }, model_);
        }
        [[nodiscard]] result<> sync() {
            return std::visit([](auto& chosen) { return chosen.sync(); }, model_);
        }
        template <class Visit>
        [[nodiscard]] result<> replay(Visit&& visit) {
            return std::visit([&](auto& chosen) { return chosen.replay(visit); }, model_);
        }
        /// An empty mark of a model that is not checkpointable.
        [[nodiscard]] result<log_mark> mark()
            requires(checkpointable_storage<typename Models::template backend<Environment>> || ...) {
            return std::visit(
                [](auto& chosen) -> result<log_mark> {
                    if constexpr (checkpointable_storage<std::remove_reference_t<decltype(chosen)>>) {
                        return chosen.mark();
                    } else {
                        return log_mark{};
                    }
                },
                model_);
        }
        template <class Visit>
        [[nodiscard]] result<bool> replay_after(log_mark const& from, Visit&& visit)
            requires(checkpointable_storage<typename Models::template backend<Environment>> || ...) {
            return std::visit(
                [&](auto& chosen) -> result<bool> {
                    if constexpr (checkpointable_storage<std::remove_reference_t<decltype(chosen)>>) {
                        return chosen.replay_after(from, visit);
                    } else {
                        return false;
                    }
                },
                model_);
        }
        template <class Wanted>
        [[nodiscard]] result<frozen_log<typename Environment::file_system_type::file>> freeze(Wanted const& wanted) {
            return std::visit(
                [&](auto& chosen) -> result<frozen_log<typename Environment::file_system_type::file>> {
                    if constexpr (freezable_backend<std::remove_reference_t<decltype(chosen)>,
                                                    typename Environment::file_system_type::file>) {
                        return chosen.freeze(wanted);
                    } else {
                        return fail(errc::unsupported, "this storage cannot be backed up while it runs");
                    }
                },
                model_);
        }
        /// Nothing of a model that forgets its numbers with its versions.
        [[nodiscard]] result<>
        spend(std::uint64_t last) requires(numbering_backend<typename Models::template backend<Environment>> || ...) {
            return std::visit(
                [&](auto& chosen) -> result<> {
                    if constexpr (numbering_backend<std::remove_reference_t<decltype(chosen)>>) {
                        return chosen.spend(last);
                    } else {
                        return {};
                    }
                },
                model_);
        }
        [[nodiscard]] result<> close() {
            return std::visit([](auto& chosen) { return chosen.close(); }, model_);
        }
        [[nodiscard]] result<stored_record> read(location where) const {
            return std::visit([&](auto const& chosen) { return chosen.read(where); }, model_);
        }
        using rewrite = detail::any_rewrite<typename Models::template backend<Environment>...>;

        /// None of a model that is not compactable.
        [[nodiscard]] std::vector<segment_statistics> segments() const
            requires(compactable_storage<typename Models::template backend<Environment>> || ...) {
            return std::visit([](auto const& chosen) { return detail::segments_of(chosen); }, model_);
        }
        [[nodiscard]] result<rewrite> begin_rewrite(std::span<std::uint32_t const> victims) requires(
            compactable_storage<typename Models::template backend<Environment>> || ...) {
            return std::visit([&](auto& chosen) { return rewrite::begin(chosen, victims); }, model_);
        }
        using scrub = detail::any_scrub<typename Models::template backend<Environment>...>;

        /// Of a model that is not scrubbable, nothing is told, healed or protected.
        void watch(storage_watch watcher) requires can_be_scrubbed<Environment> {
            std::visit(
                [&](auto& chosen) {
                    if constexpr (scrubbable_storage<std::remove_reference_t<decltype(chosen)>>) {
                        chosen.watch(std::move(watcher));
                    }
                },
                model_);
        }
        [[nodiscard]] result<healing> heal(std::uint32_t segment) requires can_be_scrubbed<Environment> {
            return if_scrubbable(result<healing>(detail::nothing_to_scrub()),
                                 [&](auto& chosen) { return chosen.heal(segment); });
        }
        [[nodiscard]] result<std::uint64_t> protect_step() requires can_be_scrubbed<Environment> {
            return if_scrubbable(result<std::uint64_t>(0), [](auto& chosen) { return chosen.protect_step(); });
        }
        [[nodiscard]] result<> seal_lasting() requires can_be_scrubbed<Environment> {
            return if_scrubbable(result<>(), [](auto& chosen) { return chosen.seal_lasting(); });
        }
        [[nodiscard]] result<scrub> begin_scrub(std::uint32_t segment) requires can_be_scrubbed<Environment> {
            return std::visit([&](auto& chosen) { return scrub::begin(chosen, segment); }, model_);
        }
        [[nodiscard]] recovery_report const& recovery() const {
            return std::visit([](auto const& chosen) -> recovery_report const& { return chosen.recovery(); }, model_);
        }
        [[nodiscard]] std::uint64_t last_sequence() const {
            return std::visit([](auto const& chosen) { return chosen.last_sequence(); }, model_);
        }
        [[nodiscard]] storage_statistics statistics() const {
            return std::visit([](auto const& chosen) { return chosen.statistics(); }, model_);
        }

    private:
        using variant = std::variant<typename Models::template backend<Environment>...>;

        explicit backend(variant model) : model_(std::move(model)) {}

        template <class Result, class Action>
        [[nodiscard]] Result if_scrubbable(Result otherwise, Action const& action) {
            return std::visit(
                [&](auto& chosen) -> Result {
                    if constexpr (scrubbable_storage<std::remove_reference_t<decltype(chosen)>>) {
                        return action(chosen);
                    } else {
                        return otherwise;
                    }
                },
                model_);
        }

        variant model_;
    };

private:
    template <std::size_t Index>
    using model = std::tuple_element_t<Index, std::tuple<Models...>>;

    [[nodiscard]] static std::size_t index_of(std::string_view type) noexcept {
        std::size_t index = 0;
        while (index < names.size() && names[index] != type) {
            ++index;
        }
        return index;
    }

    /// Calls `action.operator()<Index>()` for the chosen model, if there is one.
    template <class Action>
    static void for_chosen(options const& settings, Action const& action) {
        [&]<std::size_t... Indexes>(std::index_sequence<Indexes...>) {
            auto const index = index_of(settings.type);
            (..., (index == Indexes ? action.template operator()<Indexes>() : void()));
        }
        (std::index_sequence_for<Models...>());
    }

    [[nodiscard]] static std::string unknown(std::string const& type) {
        std::string sentence = "no storage is called '" + type + "'; known are";
        for (std::size_t i = 0; i < names.size(); ++i) {
            sentence.append(i == 0 ? " '" : ", '").append(names[i]).append("'");
        }
        return sentence;
    }
};

} // namespace mkdb::storage
