#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/engine/partition_part.hpp>
#include <mkdb/engine/redo_record.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::engine {

namespace detail {

/// Under the id of `version`, what a redo record says. Errors: as `turn::base_of`; `corrupt_record`.
template <class Turn>
[[nodiscard]] result<staged_version> stage_again(Turn const& turn, storage::log_record const& version) {
    staged_version staged;
    MKDB_TRY_ASSIGN(staged.before, turn.base_of(version.id));
    staged.id = version.id;
    staged.sequence = version.sequence;
    staged.created = version.created;
    staged.present = version.kind == storage::record_kind::put;
    if (staged.present) {
        MKDB_TRY_ASSIGN(staged.fields, document::parse_object(version.value));
        staged.text = std::make_shared<std::string const>(version.value);
    }
    return staged;
}

/// Writes one partition's part. When that fails it is visible nevertheless, and no later commit comes before it.
template <class Part>
[[nodiscard]] result<> write_again(Part& owed) {
    owed.make_batch();
    auto const written = owed.turn.log().write_at_all_costs(owed.batch);
    if (written) {
        owed.turn.publish(owed.versions, owed.batch);
    } else {
        owed.turn.publish_unlogged(owed.versions);
        owed.turn.log().stop(written.error());
    }
    return written;
}

} // namespace detail

/// Gives the other partitions what the newest commit of partition `first` owes them according to its redo record:
/// those whose log ends before their part. Returns what was done, a sentence a partition; for the time before anything
/// else is written.
///
/// A log that cannot take its part takes no more writes, and neither does that of `first`, so that the redo record
/// stays the last of its log: the next start tries again. Errors: `corrupt_record` for a redo record that makes no
/// sense; those of reading.
template <class Partition>
[[nodiscard]] result<std::vector<std::string>> complete_batch(std::span<std::shared_ptr<Partition> const> partitions,
                                                              std::uint32_t first, std::string_view redo) {
    auto const parts = decode_redo(redo);
    std::map<std::uint32_t, std::vector<storage::log_record>> owed;
    for (auto const& [number, version] : parts.value_or(std::vector<redo_part>{})) {
        owed[number].push_back(version);
    }
    if (owed.empty() || owed.rbegin()->first >= partitions.size()) {
        return fail(errc::corrupt_record,
                    "partition " + std::to_string(first) + " holds a redo record that makes no sense");
    }
    std::vector<std::string> done;
    for (auto const& [number, versions] : owed) {
        partition_part<Partition> part(number, *partitions[number]);
        if (part.turn.last_sequence() >= versions.back().sequence) {
            continue;
        }
        for (auto const& version : versions) {
            MKDB_TRY_ASSIGN(auto staged, detail::stage_again(part.turn, version));
            part.versions.push_back(std::move(staged));
        }
        auto const written = detail::write_again(part);
        done.push_back("a batch that was interrupted is complete now: " + std::to_string(versions.size()) +
                       " records in partition " + std::to_string(number) +
                       (written ? ""
                                : ", which could not be written and are tried again at the next start: " +
                                      written.error().message));
        if (!written) {
            typename Partition::turn(*partitions[first]).log().stop(written.error());
        }
    }
    return done;
}

} // namespace mkdb::engine
