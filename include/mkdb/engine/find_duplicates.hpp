#pragma once

#include <mkdb/core/hash.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/describe.hpp>
#include <mkdb/engine/held_value.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Two records that hold the same value of a field at the same time.
struct duplicate_value {
    boost::json::value value;
    std::string first;
    std::string second;

    [[nodiscard]] std::string sentence() const {
        return document::describe(value) + " is held by records '" + first + "' and '" + second + "'";
    }
};

/// Looks for values of a field that more than one record of a store holds, while reads and writes go on; made for one
/// call. It finds those that are there from its beginning to its end. A record that is damaged beyond healing holds
/// nothing.
template <class Partitions>
class duplicate_search {
public:
    /// `seed` is secret.
    duplicate_search(Partitions const& partitions, unique_field const& field, std::uint64_t seed)
        : partitions_(&partitions), field_(&field), seed_(seed) {}

    /// At most so many, each of another value. Errors: `io`.
    /// Complexity: eight bytes for each value that indexes know, and a sort of them; where no index knows, every record
    /// is read. Writes to a partition wait while the values of its index are walked over.
    [[nodiscard]] result<std::vector<duplicate_value>> run(std::size_t limit) {
        MKDB_TRY_ASSIGN(auto const repeated, repeated_prints());
        std::vector<duplicate_value> found;
        // More and more at a time: the first is found without the memory that all of them would take.
        std::size_t step = 64;
        for (std::span<std::uint64_t const> left(repeated); !left.empty() && found.size() < limit; step *= 2) {
            auto const some = left.first(std::min(step, left.size()));
            MKDB_TRY(examine(some, limit, found));
            left = left.subspan(some.size());
        }
        return found;
    }

private:
    using partition_type = typename Partitions::value_type::element_type;

    struct place {
        partition_type const* partition;
        row_id row;
    };
    using place_map = std::map<std::string, std::vector<place>>;

    [[nodiscard]] std::uint64_t print_of(std::string_view key) const noexcept { return hash64(key, seed_); }

    /// Calls `visit(key, rows, rows_of)`, as that of `keyed_index`, for all that is known to be in a partition.
    template <class Visit>
    [[nodiscard]] result<> visit_values(partition_type const& partition, Visit const& visit) const {
        auto const unknown = partition.inspect([&](auto const& state) {
            auto told = index_that_tells(state, *field_);
            if (told.indexes != nullptr) {
                told.indexes->visit_keys(field_->name, visit);
            }
            return std::move(told.unknown);
        });
        for (auto const row : unknown) {
            MKDB_TRY_ASSIGN(auto const held, read({&partition, row}));
            if (held && !held->key.empty()) {
                visit(std::string_view(held->key), std::uint64_t{1}, [row] { return index::row_set(1, &row); });
            }
        }
        return {};
    }

    /// None when the row is gone or damaged beyond healing.
    [[nodiscard]] result<std::optional<held_value>> read(place const& at) const {
        auto held = read_value(*at.partition, at.row, *field_);
        return !held && held.error().code == errc::corrupt_record ? std::optional<held_value>() : held;
    }

    [[nodiscard]] result<std::optional<held_value>> read_holder(place const& at, std::string const& key) const {
        auto held = read(at);
        return held && *held && (*held)->key != key ? std::optional<held_value>() : held;
    }

    /// Of the values that more than one row may have. Different values hardly ever have the same, and cost a look then.
    [[nodiscard]] result<std::vector<std::uint64_t>> repeated_prints() const {
        std::vector<std::uint64_t> prints;
        for (auto const& partition : *partitions_) {
            MKDB_TRY(visit_values(*partition, [&](std::string_view key, std::uint64_t rows, auto const&) {
                prints.insert(prints.end(), rows > 1 ? 2 : 1, print_of(key));
            }));
        }
        std::ranges::sort(prints);
        std::vector<std::uint64_t> repeated;
        for (auto at = prints.begin(); (at = std::adjacent_find(at, prints.end())) != prints.end();) {
            repeated.push_back(*at);
            at = std::upper_bound(at, prints.end(), *at);
        }
        return repeated;
    }

    /// `prints` are in order.
    [[nodiscard]] result<> examine(std::span<std::uint64_t const> prints, std::size_t limit,
                                   std::vector<duplicate_value>& found) const {
        place_map suspects;
        for (auto const& partition : *partitions_) {
            MKDB_TRY(visit_values(*partition, [&](std::string_view key, std::uint64_t, auto const& rows_of) {
                if (std::ranges::binary_search(prints, print_of(key))) {
                    for (auto const row : rows_of()) {
                        suspects[std::string(key)].push_back({partition.get(), row});
                    }
                }
            }));
        }
        for (auto at = suspects.begin(); at != suspects.end() && found.size() < limit; ++at) {
            MKDB_TRY_ASSIGN(auto twice, find_two(at->first, at->second));
            if (twice) {
                found.push_back(std::move(*twice));
            }
        }
        return {};
    }

    [[nodiscard]] result<std::optional<duplicate_value>> find_two(std::string const& key,
                                                                  std::vector<place> const& places) const {
        std::optional<held_value> first;
        place const* first_at = nullptr;
        for (auto const& each : places) {
            MKDB_TRY_ASSIGN(auto next, read_holder(each, key));
            // The first must have held the value all the while, or it may have given it to the next.
            while (first && next && next->id != first->id) {
                MKDB_TRY_ASSIGN(auto again, read_holder(*first_at, key));
                if (again && again->revision == first->revision) {
                    return std::optional(duplicate_value{std::move(first->value), first->id, next->id});
                }
                first = std::move(again);
                MKDB_TRY_ASSIGN(next, read_holder(each, key));
            }
            if (next) {
                first = std::move(next);
                first_at = &each;
            }
        }
        return std::optional<duplicate_value>();
    }

    Partitions const* partitions_;
    unique_field const* field_;
    std::uint64_t seed_;
};

} // namespace mkdb::engine
