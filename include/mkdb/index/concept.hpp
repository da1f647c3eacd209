#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/index/condition.hpp>
#include <mkdb/index/row_set.hpp>

#include <boost/json/value.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::index {

/// What an index instance costs.
struct index_statistics {
    std::uint64_t entries = 0; ///< (key, row) pairs.
    std::uint64_t keys = 0;    ///< Distinct keys.
    std::uint64_t bytes = 0;   ///< Estimated memory.
};

/// An index over one field of one partition, from values to rows.
///
/// `insert(row, value)` adds what the field of that row holds, `erase(row, value)` takes exactly that away again: the
/// caller passes the value that it inserted. A row is inserted once at a time; a row without the field never is.
///
/// `lookup` answers with exactly the inserted rows whose field meets the condition, or with nothing when this kind of
/// index does not know: an index never changes an answer. It is asked about conditions that no record without the field
/// meets, the others being complements of those: `eq` and `in` without null in the operand, the comparisons,
/// `contains`, `phrase`, `fuzzy`, `prefix`, `exists` true, and `neq` null (the field is neither absent nor null, nor an array
/// with a null).
///
/// Thread safety: distinct instances safe; one instance: const calls together, others alone.
template <class I>
concept index_instance = requires(I& index, I const& shared, std::uint32_t row, boost::json::value const& field,
                                  condition const& asked) {
    { index.insert(row, field) } -> std::same_as<void>;
    { index.erase(row, field) } -> std::same_as<void>;
    { shared.lookup(asked) } -> std::same_as<std::optional<row_set>>;
    { shared.statistics() } -> std::same_as<index_statistics>;
};

/// A kind of index: the name that a schema gives it, and the instance for one field, made over the tokenizer (which
/// outlives it) and a secret seed for hashing.
template <class M, class Tokenizer>
concept secondary_index = requires {
    { M::name } -> std::convertible_to<std::string_view>;
}
&&index_instance<typename M::template instance<Tokenizer>>&&
    std::constructible_from<typename M::template instance<Tokenizer>, Tokenizer const&, std::uint64_t>;

/// A kind of index whose instances a checkpoint may keep, so that opening does not build them from the records.
///
/// `checkpoint_format<Tokenizer>()` names all that shapes the bytes: `load` sees bytes of the same name only. An empty
/// name means that this instance is not kept. `save` writes all of the instance; `load`, called on a fresh one, reads
/// it back, and answers afterwards as the saved one did. Rows in it are `live`. `load` returns false for bytes that
/// `save` cannot have written, without reading or allocating much beyond their size; the instance is not used then.
template <class M, class Tokenizer>
concept checkpointable_index = secondary_index<M, Tokenizer> &&
    requires(typename M::template instance<Tokenizer>& index, typename M::template instance<Tokenizer> const& shared,
             byte_writer& to, byte_reader& from, row_set const& live) {
    { M::template checkpoint_format<Tokenizer>() } -> std::same_as<std::string>;
    { shared.save(to) } -> std::same_as<void>;
    { index.load(from, live) } -> std::same_as<bool>;
};

} // namespace mkdb::index
