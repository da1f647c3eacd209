#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/growing_indexes.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// What a record may be that is set aside instead of ending the work.
enum class set_aside {
    rotten,
    rotten_or_withheld, ///< By the disk: where failing would keep a store from opening.
};

namespace detail {

struct read_version {
    std::uint32_t row = 0;
    std::uint64_t revision = 0;
    boost::json::object fields;
};

[[nodiscard]] constexpr bool is_spared(error const& met, set_aside spared) noexcept {
    return met.code == errc::corrupt_record || (met.code == errc::io && spared == set_aside::rotten_or_withheld);
}

/// Those that changed since they were read are there already.
template <class Partition>
void add_versions(Partition& partition, std::vector<read_version>& versions) {
    partition.adjust([&](auto& state) {
        for (auto const& each : versions) {
            if (state.growing->lacks(each.row) && state.rows.at(each.row).sequence == each.revision) {
                state.growing->insert(each.row, each.fields);
            }
        }
    });
    versions.clear();
}

} // namespace detail

/// Takes back what `grow_indexes` began.
template <class Partition>
void abandon_indexes(Partition& partition) noexcept {
    // Given out of the lock: nobody waits for the end of what may be gigabytes, each entry by itself.
    std::ignore = partition.adjust([](auto& state) { return std::exchange(state.growing, std::nullopt); });
}

/// Fills empty indexes from the records of a partition, as its `growing`, while reads and writes go on. Nothing is
/// asked of them before `adopt_indexes`. Rows whose records are set aside stay missing. One call at a time.
///
/// Errors: `io` of a record that is not set aside; nothing grows then.
/// Complexity: reads every record, unless there is nothing to fill.
template <class Partition, class IndexInstance>
[[nodiscard]] result<> grow_indexes(Partition& partition, IndexInstance empty, set_aside spared = set_aside::rotten) {
    // So many are added under one lock, for which writes wait.
    constexpr std::size_t added_at_once = 32;
    bool const nothing_to_fill = empty.empty();
    auto const rows = partition.adjust([&](auto& state) {
        auto live = nothing_to_fill ? index::row_set() : state.rows.live();
        state.growing.emplace(std::move(empty), live);
        return live;
    });
    scope_fail abandoned([&] { abandon_indexes(partition); });
    std::vector<detail::read_version> read;
    for (auto const row : rows) {
        auto const found = partition.read_for_scan(row);
        if (!found && !detail::is_spared(found.error(), spared)) {
            return found.error();
        }
        if (found && *found) {
            MKDB_TRY_ASSIGN(auto fields, document::parse_object((*found)->text()));
            read.push_back({row, (*found)->revision, std::move(fields)});
        }
        if (read.size() == added_at_once) {
            detail::add_versions(partition, read);
        }
    }
    detail::add_versions(partition, read);
    abandoned.release();
    return {};
}

/// Makes the grown indexes those that are asked, beside the old ones of fields that are `kept(field)`. Rows that are
/// missing are checked record by record from now on. Gives those that are asked no more: their end may take long, and
/// nobody should wait for it. Precondition: `grow_indexes` succeeded.
template <class Partition, class Kept>
[[nodiscard]] auto adopt_indexes(Partition& partition, Kept const& kept) {
    return partition.adjust([&](auto& state) {
        auto dropped = state.indexes.split_off(kept);
        auto grown = std::exchange(state.growing, std::nullopt);
        if (state.indexes.empty()) {
            state.unread = std::move(grown->missing());
            state.ghosts = std::move(grown->ghosts());
        } else {
            state.unread |= grown->missing();
            state.ghosts |= grown->ghosts();
            grown->indexes().merge(std::move(state.indexes));
        }
        state.indexes = std::move(grown->indexes());
        return dropped;
    });
}

} // namespace mkdb::engine
