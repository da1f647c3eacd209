#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition_context.hpp>
#include <mkdb/store/compaction_settings.hpp>
#include <mkdb/store/make_scrubber.hpp>
#include <mkdb/text/field_tokenizers.hpp>

#include <string>

namespace mkdb {

namespace detail {

/// Whether every unique field has an index that finds its values. Errors: `invalid_argument`.
template <class IndexInstance>
[[nodiscard]] result<> check_unique(store_options const& wanted) {
    for (auto const& field : wanted.unique) {
        auto const kind = wanted.schema.find(field);
        if (kind == wanted.schema.end() || !IndexInstance::is_keyed(kind->second)) {
            return fail(errc::invalid_argument, "field '" + document::shortened(field) +
                                                    "' cannot be unique without an index of kind \"exact\"");
        }
    }
    return {};
}

} // namespace detail

/// Whether a store of this bundle can work as it is told. Errors: `invalid_argument`; `unsupported` for an index kind
/// or a language that the program was not built with.
template <class Policies>
[[nodiscard]] result<> check_store_options(store_options const& wanted) {
    using types = engine::engine_types<Policies>;
    MKDB_TRY(text::check_languages<typename types::tokenizer_type>(wanted.languages));
    typename types::tokenizer_type const tokenizer;
    MKDB_TRY(typename types::index_type().configure(wanted.schema, wanted.nested_queries, tokenizer, 0));
    MKDB_TRY(detail::check_unique<typename types::index_type>(wanted));
    bool const ids_work = !wanted.ids.characters.empty() && wanted.ids.characters.size() <= 256 &&
                          wanted.ids.length >= 1 && wanted.ids.length <= limits::id_bytes;
    if (!ids_work) {
        return fail(errc::invalid_argument, "Made ids need 1 to 256 characters to choose from and a length of 1 to " +
                                                std::to_string(limits::id_bytes));
    }
    if (!wanted.ttl_field.empty()) {
        auto const kind = wanted.schema.find(wanted.ttl_field);
        if (kind == wanted.schema.end() || kind->second != "numeric") {
            return fail(errc::invalid_argument, "ttl_field: the field '" + document::shortened(wanted.ttl_field) +
                                                    "' needs an index of kind \"numeric\"");
        }
    }
    MKDB_TRY(check_scrub(wanted));
    return check_compaction(wanted);
}

} // namespace mkdb
