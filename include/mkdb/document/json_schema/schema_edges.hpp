#pragma once

#include <mkdb/document/json_schema/schema_node.hpp>

#include <optional>

namespace mkdb::document::detail {

template <class Visit>
void visit_schemas(schema_list const& list, Visit& visit) {
    for (auto const each : list) {
        visit(each);
    }
}

template <class Visit>
void visit_schema(std::optional<schema_index> const& one, Visit& visit) {
    if (one) {
        visit(*one);
    }
}

/// Calls `visit(schema_index)` for each schema to which `node` hands on the very value that it checks.
template <class Visit>
void for_each_in_place(schema_node const& node, Visit visit) {
    if (node.logic) {
        visit_schemas(node.logic->all, visit);
        visit_schemas(node.logic->any, visit);
        visit_schemas(node.logic->one, visit);
        for (auto const* one : {&node.logic->none, &node.logic->condition, &node.logic->consequence,
                                &node.logic->otherwise, &node.logic->reference}) {
            visit_schema(*one, visit);
        }
    }
    if (node.objects) {
        for (auto const& each : node.objects->when_there) {
            visit(each.schema);
        }
    }
}

/// Calls `visit(schema_index)` for each schema to which `node` hands on parts of the value that it checks.
template <class Visit>
void for_each_below(schema_node const& node, Visit visit) {
    if (node.arrays) {
        visit_schemas(node.arrays->first, visit);
        visit_schema(node.arrays->rest, visit);
        visit_schema(node.arrays->contains, visit);
    }
    if (node.objects) {
        for (auto const& each : node.objects->properties) {
            visit(each.schema);
        }
        for (auto const& each : node.objects->patterns) {
            visit(each.schema);
        }
        visit_schema(node.objects->others, visit);
        visit_schema(node.objects->names, visit);
    }
}

} // namespace mkdb::document::detail
