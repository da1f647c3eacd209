#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/json_schema/schema_node.hpp>
#include <mkdb/document/json_schema/schema_operand.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mkdb::document::detail {

/// A `$ref` and the schema that it is a part of.
struct schema_reference {
    schema_index from = 0;
    schema_operand target; ///< A string.
};

/// Collects the schemas that a schema is made of.
class schema_builder {
public:
    /// Reads a schema and all schemas in it. Errors: `invalid_argument`, `limit_exceeded`.
    [[nodiscard]] result<schema_index> add(schema_operand const& operand);

    /// As `add`, for each member of an object. In order of name.
    [[nodiscard]] result<std::vector<named_schema>> add_members(schema_operand const& operand) {
        auto const* members = operand.value.if_object();
        if (members == nullptr) {
            return unexpected(operand, "an object of schemas");
        }
        std::vector<named_schema> added;
        for (auto const& member : *members) {
            MKDB_TRY_ASSIGN(auto const schema, add(operand.member(member.key())));
            added.push_back({std::string(member.key()), schema});
        }
        std::ranges::sort(added, {}, &named_schema::name);
        return added;
    }

    /// As `add`, for each element of a list that has some.
    [[nodiscard]] result<schema_list> add_elements(schema_operand const& operand) {
        MKDB_TRY_ASSIGN(auto const* const elements, read_some(operand, "a list of one or more schemas"));
        schema_list added;
        for (std::size_t i = 0; i < elements->size(); ++i) {
            MKDB_TRY_ASSIGN(auto const schema, add(operand.element(i)));
            added.push_back(schema);
        }
        return added;
    }

    /// Errors: `invalid_argument` for what is no regular expression; `limit_exceeded`.
    [[nodiscard]] result<pattern> add_pattern(std::string const& expression, schema_operand const& operand) {
        if (++patterns_ > limits::json_schema_patterns) {
            return fail(errc::limit_exceeded, "A JSON Schema may have at most " +
                                                  std::to_string(limits::json_schema_patterns) +
                                                  " regular expressions");
        }
        auto compiled = pattern::compile(expression);
        if (!compiled && compiled.error().code == errc::limit_exceeded) {
            return fail(errc::limit_exceeded, "JSON Schema at " + operand.place() + ": the regular expression \"" +
                                                  shortened(expression) +
                                                  "\" is too large: " + compiled.error().message);
        }
        if (!compiled) {
            return schema_fault(operand, "expected a regular expression, found \"" + shortened(expression) + "\" (" +
                                             shortened(compiled.error().message) + ")");
        }
        return compiled;
    }

    /// Notes that the schema which is being read is also to be what stands at `target`.
    void refer(schema_index from, schema_operand const& target) { references_.push_back({from, target}); }

    [[nodiscard]] std::vector<schema_node>& nodes() noexcept { return nodes_; }
    [[nodiscard]] std::vector<schema_reference> const& references() const noexcept { return references_; }
    [[nodiscard]] schema_operand const& operand_of(schema_index schema) const { return operands_[schema]; }

    /// The schema that stands at a JSON pointer. None for what is no schema. Preconditions: those of `find_at`.
    [[nodiscard]] std::optional<schema_index> find(std::string_view pointer) const {
        auto const found = indexes_.find(find_at(operands_.front().root, pointer));
        return found == indexes_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    [[nodiscard]] result<schema_index> next(schema_operand const& operand) {
        if (nodes_.size() == limits::json_schema_nodes) {
            return fail(errc::limit_exceeded, "A JSON Schema may consist of at most " +
                                                  std::to_string(limits::json_schema_nodes) + " schemas");
        }
        auto const index = static_cast<schema_index>(nodes_.size());
        nodes_.emplace_back();
        operands_.push_back(operand);
        indexes_.emplace(&operand.value, index);
        return index;
    }

    std::vector<schema_node> nodes_;
    std::vector<schema_operand> operands_;
    std::unordered_map<boost::json::value const*, schema_index> indexes_;
    std::vector<schema_reference> references_;
    std::size_t patterns_ = 0;
};

/// One keyword with its operand, on its way into `node`, which will be the schema `self`.
struct schema_keyword {
    schema_builder& builder;
    schema_index self;
    schema_node& node;
    schema_operand operand;
};

} // namespace mkdb::document::detail
