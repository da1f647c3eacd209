#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/document/json_schema/schema_builder.hpp>
#include <mkdb/document/json_schema/schema_edges.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mkdb::document::detail {

/// What one value can cost: how many schemas look at it, and how many of them from inside each other.
///
/// It is bounded by the schema, whatever a client sends: a cycle of references that stays at one value is refused, and
/// each schema looks at most once at a value that has parts (`schema_checker`). So each leads at most once to a part,
/// and all that look at a part are no more than all schemas for parts, each with those that look because it does.
class schema_weight {
public:
    explicit schema_weight(schema_builder& builder) : builder_(builder), weighed_(builder.nodes().size()) {}

    /// Errors: `invalid_argument` for such a cycle; `limit_exceeded`.
    [[nodiscard]] result<> check() {
        for (schema_index each = 0; each < weighed_.size(); ++each) {
            MKDB_TRY(weigh(each, 1));
        }
        return check_parts();
    }

private:
    struct weight {
        bool is_being_weighed = false;
        std::size_t schemas = 0; ///< 0: not known yet.
        std::size_t levels = 0;
    };

    [[nodiscard]] result<> weigh(schema_index schema, std::size_t level) {
        if (weighed_[schema].is_being_weighed) {
            return schema_fault(builder_.operand_of(schema), "its references lead back to itself and never end");
        }
        MKDB_TRY(check_limits(schema, {.schemas = 1, .levels = level}));
        if (weighed_[schema].schemas != 0) {
            return {};
        }
        weighed_[schema].is_being_weighed = true;
        weight sum{.schemas = 1, .levels = 0};
        result<> done;
        for_each_in_place(builder_.nodes()[schema], [&](schema_index below) {
            done = done ? weigh(below, level + 1) : done;
            sum.schemas += weighed_[below].schemas;
            sum.levels = std::max(sum.levels, weighed_[below].levels);
        });
        MKDB_TRY(done);
        ++sum.levels;
        weighed_[schema] = sum;
        return check_limits(schema, sum);
    }

    [[nodiscard]] result<> check_limits(schema_index schema, weight const& sum) const {
        if (sum.schemas > limits::json_schema_steps) {
            return fail(errc::limit_exceeded, at(schema) + "checks one value against more than " +
                                                  std::to_string(limits::json_schema_steps) + " schemas");
        }
        if (sum.levels > limits::json_schema_levels) {
            return fail(errc::limit_exceeded, at(schema) + "checks one value against more than " +
                                                  std::to_string(limits::json_schema_levels) +
                                                  " schemas inside each other");
        }
        return {};
    }

    [[nodiscard]] result<> check_parts() const {
        std::size_t sum = 0;
        std::optional<schema_index> heaviest;
        for (auto const& node : builder_.nodes()) {
            for_each_below(node, [&](schema_index part) {
                sum += weighed_[part].schemas;
                heaviest = heaviest && weighed_[*heaviest].schemas >= weighed_[part].schemas ? heaviest : part;
            });
        }
        if (sum <= limits::json_schema_looks) {
            return {};
        }
        return fail(errc::limit_exceeded, "A JSON Schema may check what is in a value against at most " +
                                              std::to_string(limits::json_schema_looks) + " schemas, not " +
                                              std::to_string(sum) + "; the most, " +
                                              std::to_string(weighed_[*heaviest].schemas) + ", are at " +
                                              builder_.operand_of(*heaviest).place());
    }

    [[nodiscard]] std::string at(schema_index schema) const {
        return "JSON Schema at " + builder_.operand_of(schema).place() + ": it ";
    }

    schema_builder& builder_;
    std::vector<weight> weighed_;
};

/// Marks the schemas to which several lead. The root's first visit is its only one at that value.
inline void mark_shared(std::vector<schema_node>& nodes) {
    std::vector<std::size_t> entries(nodes.size());
    auto const count = [&entries](schema_index schema) { ++entries[schema]; };
    for (auto const& node : nodes) {
        for_each_in_place(node, count);
        for_each_below(node, count);
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].shared = entries[i] > 1;
    }
}

} // namespace mkdb::document::detail
