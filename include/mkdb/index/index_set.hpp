#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/field_index.hpp>
#include <mkdb/index/index_memory.hpp>
#include <mkdb/index/text_ranking.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mkdb::index {

/// The kinds of index that a database is built with; a schema chooses among them by name, field by field.
template <class... Models>
struct index_set {
    static_assert(sizeof...(Models) > 0, "an index_set names at least one kind of index");

    /// The names that `configure` takes, in the order of the models.
    [[nodiscard]] static std::vector<std::string> kinds() { return {std::string(Models::name)...}; }

    /// Whether `kind` names a model; "true" means "full-text".
    [[nodiscard]] static bool knows(std::string_view kind) noexcept {
        return ((resolve(kind) == std::string_view(Models::name)) || ...);
    }

    /// The indexes of one partition.
    template <class Tokenizer>
    class instance {
        static_assert((secondary_index<Models, Tokenizer> && ...),
                      "each member of an index_set must be a mkdb::index::secondary_index (docs/concepts/indexes.md)");

    public:
        /// Makes an empty index for each field of the schema (field name to kind; "" and "false": none), dropping what
        /// was there. `tokenizers.of(field)` is the tokenizer of a field, which outlives the instance, and
        /// `language_of(field)` the language that conditions on its terms name. `seed` is secret and random, for
        /// hashing keys of clients. Without `memory` all is in RAM.
        ///
        /// Errors: `errc::unsupported` for an unknown kind; nothing changed.
        template <class Tokenizers>
        [[nodiscard]] result<> configure(std::map<std::string, std::string> const& schema, bool nested,
                                         Tokenizers const& tokenizers, std::uint64_t seed,
                                         std::shared_ptr<index_memory> const& memory = nullptr) {
            for (auto const& [field, kind] : schema) {
                if (!is_none(kind) && !knows(kind)) {
                    return fail(errc::unsupported,
                                "field '" + field + "': no index kind '" + kind + "', there are " + list_of_kinds());
                }
            }
            fields_.clear();
            nested_ = nested;
            for (auto const& [field, kind] : schema) {
                if (!is_none(kind)) {
                    (add<Models>(field, resolve(kind), tokenizers, seed, memory), ...);
                }
            }
            return {};
        }
        /// With one tokenizer for all fields.
        [[nodiscard]] result<> configure(std::map<std::string, std::string> const& schema, bool nested,
                                         Tokenizer const& tokenizer, std::uint64_t seed) {
            return configure(schema, nested, one_tokenizer{&tokenizer}, seed);
        }

        void insert(std::uint32_t row, boost::json::object const& record) {
            for_each_value(record, [&](auto& index, auto const& value) { index.insert(row, value); });
        }

        /// `record` is what was inserted for this row.
        void erase(std::uint32_t row, boost::json::object const& record) {
            for_each_value(record, [&](auto& index, auto const& value) { index.erase(row, value); });
        }

        /// Exactly the rows that meet the condition, or nothing when no index knows (`index_instance` says what is
        /// asked). An index of another language than the condition's terms knows nothing of them.
        [[nodiscard]] std::optional<row_set> lookup(condition const& asked) const {
            auto const* const found = find_for(asked);
            if (found == nullptr) {
                return std::nullopt;
            }
            return std::visit([&](auto const& index) { return index.lookup(asked); }, found->index);
        }

        /// About how many rows `lookup` would give, as `estimating_index` says: all that could be for an index that
        /// does not estimate. Nothing when no index knows.
        [[nodiscard]] std::optional<std::uint64_t> estimate(condition const& asked) const {
            auto const* const found = find_for(asked);
            if (found == nullptr) {
                return std::nullopt;
            }
            return std::visit(
                [&](auto const& index) -> std::optional<std::uint64_t> {
                    if constexpr (estimating_index<std::remove_cvref_t<decltype(index)>>) {
                        return index.estimate(asked);
                    } else {
                        return std::numeric_limits<std::uint32_t>::max();
                    }
                },
                found->index);
        }

        /// The rows that meet both comparisons, when the field's index knows them together (`range_index`).
        [[nodiscard]] std::optional<row_set> lookup_range(condition const& lower, condition const& upper) const {
            return asked_of<row_set>(find(lower.field), [&](range_index auto const& index) {
                return index.lookup_range(lower, upper);
            });
        }
        [[nodiscard]] std::optional<std::uint64_t> estimate_range(condition const& lower,
                                                                  condition const& upper) const {
            return asked_of<std::uint64_t>(find(lower.field), [&](range_index auto const& index) {
                return index.estimate_range(lower, upper);
            });
        }

        /// How many rows `lookup` and `lookup_range` would give, when the field's index counts them (`counting_index`).
        [[nodiscard]] std::optional<std::uint64_t> count(condition const& asked) const {
            return asked_of<std::uint64_t>(find_for(asked),
                                           [&](counting_index auto const& index) { return index.count(asked); });
        }
        [[nodiscard]] std::optional<std::uint64_t> count_range(condition const& lower, condition const& upper) const {
            return asked_of<std::uint64_t>(find(lower.field), [&](counting_index auto const& index) {
                return index.count_range(lower, upper);
            });
        }

        /// Whether indexes of this kind know every scalar of their field (`keyed_index`).
        [[nodiscard]] static bool is_keyed(std::string_view kind) {
            return ((resolve(kind) == std::string_view(Models::name) &&
                     keyed_index<typename Models::template instance<Tokenizer>>) ||
                    ...);
        }

        /// Visits the keys of the field's index as `keyed_index` says; false when it has none that is one.
        template <class Visit>
        bool visit_keys(std::string_view field, Visit&& visit) const {
            auto const* const found = find(field);
            return found != nullptr && std::visit(
                                           [&](auto const& index) {
                                               if constexpr (keyed_index<std::remove_cvref_t<decltype(index)>>) {
                                                   index.visit_keys(visit);
                                                   return true;
                                               } else {
                                                   return false;
                                               }
                                           },
                                           found->index);
        }

        /// The rows that the field's index gives in order (`ordered_index`); null when there is no such index.
        [[nodiscard]] row_set const* settled(std::string_view field) const {
            auto const* const found = find(field);
            if (found == nullptr) {
                return nullptr;
            }
            return std::visit(
                [&](auto const& index) -> row_set const* {
                    if constexpr (ordered_index<std::remove_cvref_t<decltype(index)>>) {
                        return &index.settled();
                    } else {
                        return nullptr;
                    }
                },
                found->index);
        }

        /// Walks the field's index as `ordered_index` says. Precondition: `settled(field)` is not null.
        template <class Visit>
        void walk(std::string_view field, bool descending, std::optional<boost::json::value> const& from,
                  Visit&& visit) const {
            std::visit(
                [&](auto const& index) {
                    if constexpr (ordered_index<std::remove_cvref_t<decltype(index)>>) {
                        index.walk(descending, from, visit);
                    }
                },
                find(field)->index);
        }

        /// Whether the field has an index that rows are ranked by for terms of this language.
        [[nodiscard]] bool is_ranked(std::string_view field, std::string_view language = {}) const {
            auto const* const found = find(field);
            bool ranked = false;
            visit_ranked(field, [&](auto const&) { ranked = found->language == language; });
            return ranked;
        }

        /// What the field's index counts of these terms, which are of its language; nothing when it has none that rows
        /// are ranked by.
        [[nodiscard]] std::optional<text_statistics> text_statistics_of(std::string_view field,
                                                                        std::vector<std::string> const& terms) const {
            std::optional<text_statistics> found;
            visit_ranked(field, [&](auto const& index) { found = index.text_statistics_of(terms); });
            return found;
        }

        /// Adds a field and its terms to a ranking (`text_ranking::add_field` says more); false when it has no index
        /// for that.
        [[nodiscard]] bool add_to(text_ranking& ranking, std::string_view field, std::vector<std::string> const& terms,
                                  text_statistics const& all, double weight) const {
            bool added = false;
            visit_ranked(field, [&](auto const& index) {
                ranking.add_field(index, terms, all, weight);
                added = true;
            });
            return added;
        }

        /// The kind of the field's index; empty when it has none.
        [[nodiscard]] std::string_view kind_of(std::string_view field) const {
            static constexpr std::array<std::string_view, sizeof...(Models)> names{Models::name...};
            auto const* const found = find(field);
            return found == nullptr ? std::string_view() : names[found->index.index()];
        }

        [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }

        /// Whether `save` gives any.
        [[nodiscard]] bool can_be_saved() const {
            return std::ranges::any_of(fields_, [&](auto const& each) { return !each.second.format(nested_).empty(); });
        }

        [[nodiscard]] std::map<std::string, index_statistics> statistics() const {
            std::map<std::string, index_statistics> all;
            for (auto const& [field, each] : fields_) {
                all.emplace(field, std::visit([](auto const& one) { return one.statistics(); }, each.index));
            }
            return all;
        }

        /// Gives what a checkpoint keeps: `take(field, format, save)` for each index of a kind that can be kept, where
        /// `save(to)` writes it.
        template <class Take>
        void save(Take&& take) const {
            for (auto const& [field, each] : fields_) {
                if (auto const format = each.format(nested_); !format.empty()) {
                    take(field, format, [&saved = each](byte_writer& to) { saved.save(to); });
                }
            }
        }

        /// Fills the empty index of a field with what `save` wrote, and all that is left in `from` is. False when there
        /// is no such index, when it is not of this format, or when the bytes make no sense; then the index must be
        /// dropped (`retain`).
        [[nodiscard]] bool load(std::string_view field, std::string_view format, byte_reader& from,
                                row_set const& live) {
            auto const at = fields_.find(field);
            return at != fields_.end() && !format.empty() && at->second.format(nested_) == format &&
                   at->second.load(from, live);
        }

        /// Whether a field's name is a path, which decides what is in the indexes.
        [[nodiscard]] bool nested() const noexcept { return nested_; }

        /// Drops the indexes of all fields but those that are `wanted(field)`.
        template <class Wanted>
        void retain(Wanted const& wanted) {
            std::ignore = split_off(wanted);
        }

        /// As `retain`, and gives those that are dropped: their end takes long when they are large.
        template <class Wanted>
        [[nodiscard]] instance split_off(Wanted const& wanted) {
            instance others;
            others.nested_ = nested_;
            for (auto at = fields_.begin(); at != fields_.end();) {
                auto const each = at++;
                if (!wanted(each->first)) {
                    others.fields_.insert(fields_.extract(each));
                }
            }
            return others;
        }

        /// What the indexes of all fields but those that are `kept(field)` count for with their `index_memory`.
        template <class Kept>
        [[nodiscard]] std::uint64_t ram_bytes_without(Kept const& kept) const {
            std::uint64_t sum = 0;
            for (auto const& [field, each] : fields_) {
                sum += kept(field) ? 0 : each.ram_bytes();
            }
            return sum;
        }

        /// Takes in the indexes of fields that this has none for. Precondition: names of fields mean the same to both,
        /// unless this has none.
        void merge(instance&& others) {
            fields_.merge(others.fields_);
            nested_ = others.nested_;
        }

    private:
        using field_index = detail::field_index<Tokenizer, Models...>;

        struct one_tokenizer {
            Tokenizer const* tokenizer;
            [[nodiscard]] Tokenizer const& of(std::string_view /*field*/) const { return *tokenizer; }
            [[nodiscard]] std::string_view language_of(std::string_view /*field*/) const { return {}; }
        };

        [[nodiscard]] field_index const* find(std::string_view field) const {
            auto const at = fields_.find(field);
            return at == fields_.end() ? nullptr : &at->second;
        }
        /// Null when no index has the terms that are asked for.
        [[nodiscard]] field_index const* find_for(condition const& asked) const {
            auto const* const found = find(asked.field);
            bool const is_other = found != nullptr && asks_for_terms(asked.op) && found->language != asked.language;
            return is_other ? nullptr : found;
        }

        /// What an index says, when it is of a kind that `ask` takes.
        template <class Found, class Ask>
        [[nodiscard]] static std::optional<Found> asked_of(field_index const* found, Ask const& ask) {
            if (found == nullptr) {
                return std::nullopt;
            }
            return std::visit(
                [&](auto const& index) -> std::optional<Found> {
                    if constexpr (std::is_invocable_v<Ask const&, decltype(index)>) {
                        return ask(index);
                    } else {
                        return std::nullopt;
                    }
                },
                found->index);
        }

        template <class Model, class Tokenizers>
        void add(std::string const& field, std::string_view kind, Tokenizers const& tokenizers, std::uint64_t seed,
                 std::shared_ptr<index_memory> const& memory) {
            if (kind == std::string_view(Model::name)) {
                using made = typename Model::template instance<Tokenizer>;
                fields_.try_emplace(field, std::in_place_type<made>, tokenizers.of(field),
                                    tokenizers.language_of(field), seed, memory);
            }
        }

        template <class Visit>
        void visit_ranked(std::string_view field, Visit&& visit) const {
            auto const* const found = find(field);
            if (found == nullptr) {
                return;
            }
            std::visit(
                [&](auto const& index) {
                    if constexpr (ranked_index<std::remove_cvref_t<decltype(index)>>) {
                        visit(index);
                    }
                },
                found->index);
        }

        template <class Apply>
        void for_each_value(boost::json::object const& record, Apply&& apply) {
            for (auto& [field, each] : fields_) {
                if (auto const* value = document::find_field(record, field, nested_)) {
                    each.change([&](auto& one) { apply(one, *value); });
                }
            }
        }

        std::map<std::string, field_index, std::less<>> fields_;
        bool nested_ = false;
    };

private:
    [[nodiscard]] static std::string_view resolve(std::string_view kind) noexcept {
        return kind == "true" ? std::string_view("full-text") : kind;
    }
    [[nodiscard]] static bool is_none(std::string_view kind) noexcept { return kind.empty() || kind == "false"; }
    [[nodiscard]] static std::string list_of_kinds() {
        std::string list;
        for (auto const& kind : kinds()) {
            list += (list.empty() ? "" : ", ") + kind;
        }
        return list;
    }
};

} // namespace mkdb::index
