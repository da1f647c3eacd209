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

namespace detail {

/// Stands for what `keyed_index` may be visited with.
struct any_key_visitor {
    template <class RowsOf>
    void operator()(std::string_view key, std::uint64_t rows, RowsOf const& rows_of) const;
};

/// Stands for what `ordered_index` may be walked with.
struct any_visitor {
    template <class ValueOf>
    bool operator()(std::uint32_t row, ValueOf const& value_of) const;
};

} // namespace detail

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
/// `contains`, `phrase`, `fuzzy`, `prefix`, `exists` true, and `neq` null (the field is neither absent nor null, nor an
/// array with a null).
///
/// `erase` gets the field as it was inserted; of a row that was not inserted it changes nothing.
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

/// An index that can tell how many rows `lookup` would give, without making the set: `estimate` gives nothing where
/// `lookup` does, and else at least as many rows as that. Complexity: logarithmic, or linear in the operand.
template <class I>
concept estimating_index = index_instance<I> && requires(I const& shared, condition const& asked) {
    { shared.estimate(asked) } -> std::same_as<std::optional<std::uint64_t>>;
};

/// An index that answers two comparisons of one field, `lower` with `gt` or `gte` and `upper` with `lt` or `lte`,
/// together: `lookup_range` gives the rows that meet both, `estimate_range` at least as many. Nothing when it does not
/// know; then each is asked by itself.
template <class I>
concept range_index = index_instance<I> && requires(I const& shared, condition const& lower, condition const& upper) {
    { shared.lookup_range(lower, upper) } -> std::same_as<std::optional<row_set>>;
    { shared.estimate_range(lower, upper) } -> std::same_as<std::optional<std::uint64_t>>;
};

/// An index that counts rows without making a set of them: `count` gives exactly how many `lookup` would, `count_range`
/// how many meet both comparisons of `range_index`. Nothing when it does not know, which it may do at any time.
template <class I>
concept counting_index = range_index<I> && requires(I const& shared, condition const& lower, condition const& upper) {
    { shared.count(lower) } -> std::same_as<std::optional<std::uint64_t>>;
    { shared.count_range(lower, upper) } -> std::same_as<std::optional<std::uint64_t>>;
};

/// An index that can be walked in the order of `document::compare`, for answers that are sorted by its field.
///
/// `settled()` are the rows whose whole field is one key of the index; the others have an array, no value, or one that
/// the index does not keep. `walk(descending, from, visit)` calls `visit(row, value_of)` for each key of each row, in
/// order, until it returns false; `value_of()` is the key as JSON. It may leave out what comes before `from`.
template <class I>
concept ordered_index = index_instance<I> &&
    requires(I const& shared, std::optional<boost::json::value> const& from, detail::any_visitor const& visit) {
    { shared.settled() } -> std::same_as<row_set const&>;
    { shared.walk(true, from, visit) } -> std::same_as<void>;
};

/// An index that knows every scalar that its field holds, so that values which no two records may share can be kept so.
///
/// It answers `eq` with every string, number and bool. `visit_keys(visit)` calls `visit(key, rows, rows_of)` once for
/// each of them that some row has, as its field or as an element of that: `key` as `scalar_key` makes it, how many rows
/// have it, and a function that gives them.
template <class I>
concept keyed_index = index_instance<I> && requires(I const& shared, detail::any_key_visitor const& visit) {
    { shared.visit_keys(visit) } -> std::same_as<void>;
};

/// An index that need not be destroyed when its memory goes: all that it has is from `index_allocator`, but for what
/// `abandon()` gives up, which looks at nothing of the rest. Nothing is called after it.
template <class I>
concept abandonable_index = index_instance<I> && requires(I& index) {
    { index.abandon() }
    noexcept->std::same_as<void>;
};

/// A kind of index: the name that a schema gives it, and the instance for one field, made over the field's tokenizer
/// (which outlives it) and a secret seed for hashing. It is asked for terms of this tokenizer alone.
template <class M, class Tokenizer>
concept secondary_index = requires {
    { M::name } -> std::convertible_to<std::string_view>;
}
&&index_instance<typename M::template instance<Tokenizer>>&&
    std::constructible_from<typename M::template instance<Tokenizer>, Tokenizer const&, std::uint64_t>;

/// A kind of index whose instances a checkpoint may keep, so that opening does not build them from the records.
///
/// `checkpoint_format(tokenizer)` names all that shapes the bytes, of an instance over this tokenizer: `load` sees
/// bytes of the same name only. An empty name means that this instance is not kept. `save` writes all of the instance;
/// `load`, called on a fresh one, reads it back, and answers afterwards as the saved one did. Rows in it are `live`.
/// `load` returns false for bytes that `save` cannot have written, without reading or allocating much beyond their
/// size; the instance is not used then. The bytes pass by a piece at a time: a view that the reader gave is good until
/// the next one is asked for, and whether they were damaged shows behind the last.
template <class M, class Tokenizer>
concept checkpointable_index = secondary_index<M, Tokenizer> &&
    requires(typename M::template instance<Tokenizer>& index, typename M::template instance<Tokenizer> const& shared,
             Tokenizer const& tokenizer, byte_writer& to, byte_reader& from, row_set const& live) {
    { M::checkpoint_format(tokenizer) } -> std::same_as<std::string>;
    { shared.save(to) } -> std::same_as<void>;
    { index.load(from, live) } -> std::same_as<bool>;
};

} // namespace mkdb::index
