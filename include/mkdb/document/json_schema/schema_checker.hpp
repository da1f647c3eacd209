#pragma once

#include <mkdb/document/json_schema/check_scalars.hpp>
#include <mkdb/document/json_schema/schema_node.hpp>
#include <mkdb/document/json_schema/schema_place.hpp>
#include <mkdb/document/json_schema/schema_subject.hpp>
#include <mkdb/document/json_schema/schema_verdicts.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

/// Checks one record. Stops at the first thing that is wrong.
///
/// A schema to which several lead remembers what it found about each object, list and long string, so that a value is
/// not looked at once more for each way to it, of which there may be two to the power of its depth.
class schema_checker {
public:
    schema_checker(schema_program const& program, std::uint64_t hash_seed) noexcept
        : program_(program), hash_seed_(hash_seed) {}

    [[nodiscard]] bool holds(schema_index schema, schema_subject const& subject, schema_place const& place) {
        auto const& node = program_.nodes[schema];
        auto const* identity = node.shared ? subject.identity() : nullptr;
        if (identity == nullptr) {
            return !verdicts_.are_too_many() && holds_anew(node, subject, place);
        }
        if (auto const known = verdict_on(schema, identity)) {
            return *known;
        }
        bool const verdict = holds_anew(node, subject, place);
        verdicts_.keep(schema, identity, verdict);
        return verdict;
    }

    [[nodiscard]] std::string const& message() const noexcept { return report_.message(); }

    /// Nothing that it said is of any meaning then.
    [[nodiscard]] bool gave_up() const noexcept { return verdicts_.are_too_many(); }

private:
    /// One that need not be found anew. A sentence about what is wrong is made only while nobody merely asks.
    [[nodiscard]] std::optional<bool> verdict_on(schema_index schema, void const* identity) const {
        if (verdicts_.are_too_many()) {
            return false;
        }
        auto const known = verdicts_.find(schema, identity);
        return known && (*known || report_.is_muted()) ? known : std::nullopt;
    }

    [[nodiscard]] bool holds_anew(schema_node const& node, schema_subject const& subject, schema_place const& place) {
        return is_one_of(node, subject, place) && keeps_rules(node, subject, place) &&
               (!node.logic || keeps_logic(*node.logic, subject, place));
    }

    [[nodiscard]] bool is_one_of(schema_node const& node, schema_subject const& subject, schema_place const& place) {
        auto const refuse = [&](auto const& expected) {
            return report_.refuse(place, [&] { return "expected " + expected() + ", found " + subject.description(); });
        };
        if (node.never) {
            return refuse([] { return std::string("none"); });
        }
        if (!subject.is_of(node.types)) {
            return refuse([&] { return node.types.sentence(); });
        }
        for (auto const& set : node.values) {
            if (!subject.is_in(set)) {
                return refuse([&] { return set.sentence; });
            }
        }
        return true;
    }

    [[nodiscard]] bool keeps_rules(schema_node const& node, schema_subject const& subject, schema_place const& place) {
        if (auto const* object = subject.object()) {
            return !node.objects || keeps_object_rules(*node.objects, subject, *object, place);
        }
        auto const& value = *subject.value();
        if (auto const* array = value.if_array()) {
            return !node.arrays || keeps_array_rules(*node.arrays, *array, place);
        }
        if (auto const* text = value.if_string()) {
            return !node.texts || check_text(*node.texts, *text, place, report_);
        }
        return !node.numbers || !value.is_number() || check_number(*node.numbers, value, place, report_);
    }

    /// `quietly`: what is wrong is no matter by itself.
    [[nodiscard]] bool asks(schema_index schema, schema_subject const& subject, schema_place const& place,
                            bool quietly = true) {
        return report_.ask([&] { return holds(schema, subject, place); }, quietly);
    }

    [[nodiscard]] bool keeps_logic(logic_rules const& rules, schema_subject const& subject, schema_place const& place);
    [[nodiscard]] bool admits(schema_index schema, schema_subject const& subject) const;
    [[nodiscard]] std::span<schema_index const> candidates(schema_list const& schemas,
                                                           schema_subject const& subject) const;
    [[nodiscard]] bool fits_some(schema_list const& schemas, schema_subject const& subject, schema_place const& place,
                                 std::size_t most);
    [[nodiscard]] bool keeps_condition(logic_rules const& rules, schema_subject const& subject,
                                       schema_place const& place);

    [[nodiscard]] bool keeps_array_rules(array_rules const& rules, boost::json::array const& array,
                                         schema_place const& place);
    [[nodiscard]] bool has_no_equals(boost::json::array const& array, schema_place const& place);
    [[nodiscard]] bool contains_enough(array_rules const& rules, boost::json::array const& array,
                                       schema_place const& place);

    [[nodiscard]] bool keeps_object_rules(object_rules const& rules, schema_subject const& subject,
                                          boost::json::object const& object, schema_place const& place);
    [[nodiscard]] bool has_what_it_must(object_rules const& rules, boost::json::object const& object,
                                        schema_place const& place);
    template <class Expected>
    [[nodiscard]] bool has(std::string const& field, Expected const& expected, boost::json::object const& object,
                           schema_place const& place);
    [[nodiscard]] bool keeps_field_schemas(object_rules const& rules, boost::json::object const& object,
                                           schema_place const& place);
    [[nodiscard]] bool keeps_other_schemas(object_rules const& rules, std::string_view name,
                                           boost::json::value const& value, schema_place const& place);

    schema_program const& program_;
    std::uint64_t hash_seed_;
    schema_report report_;
    schema_verdicts verdicts_;
};

} // namespace mkdb::document::detail
