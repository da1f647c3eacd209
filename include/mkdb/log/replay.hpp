#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/huge_pages.hpp>
#include <mkdb/log/batch_reader.hpp>
#include <mkdb/log/lenient_file.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/scan.hpp>
#include <mkdb/log/segment.hpp>
#include <mkdb/log/window.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// What damage took from committed data.
struct damage {
    struct loss {
        std::string key; ///< Empty: not even the key can be read.
        std::uint64_t sequence = 0;
    };
    std::vector<loss> lost;
    std::vector<std::string> notes;
};

namespace detail {

/// Delivers what is left of a damaged stretch, and names what is not.
template <class Visit>
void replay_damaged(stretch const& each, std::span<std::byte const> bytes, std::uint64_t offset, place const& where,
                    std::string const& name, Visit&& visit, damage& found) {
    std::uint64_t kept = 0;
    auto const named_before = found.lost.size();
    auto const unexplained = salvage_records(
        bytes, where, offset,
        [&](record const& one, std::uint64_t at, std::uint32_t length) {
            ++kept;
            visit(one, at, length);
        },
        [&](record const& one) {
            if (one.kind == redo_kind) {
                ++kept; // Of no use any more: what it stands for was written to other logs before anything came after.
            } else {
                found.lost.push_back({std::string(one.key), one.sequence});
            }
        });
    auto const named = found.lost.size() - named_before;
    bool const batch_known = each.condition == stretch::state::damaged;
    // Behind a lost batch header its records may all be there: then the header is all that is unexplained.
    bool const complete = batch_known ? kept + named >= each.header.record_count
                                      : kept + named > 0 && unexplained <= sizeof(batch_header);
    if (!complete) {
        found.lost.push_back({{}, batch_known ? each.header.first_sequence : 0});
    }
    found.notes.push_back(name + " is damaged between offsets " + std::to_string(each.offset) + " and " +
                          std::to_string(each.end) + ": " + std::to_string(kept) + " records read, " +
                          std::to_string(named) + " lost" + (complete ? "" : ", and others that cannot be named"));
}

} // namespace detail

/// Memory for reading these one after the other. With room for several batches, few begin where it ends and have to be
/// moved.
[[nodiscard]] inline window_buffer buffer_for(std::span<segment_entry const> entries) {
    constexpr std::uint64_t most = 8 * mebibyte;
    std::uint64_t longest = 0;
    for (auto const& each : entries) {
        longest = std::max(longest, each.length);
    }
    return window_buffer(std::min(most, longest), huge_pages());
}

/// Calls `visit(record, offset, length)` for every record of a sealed segment, in order, up to the first thing that is
/// not as it was written. `reached` is where to go on: behind the last batch that was visited. `memory` is kept for the
/// next segment, unless there is damage.
/// Errors: `corrupt_file` at damage; `io`.
template <class File, class Visit>
[[nodiscard]] result<> replay_sound(segment<File> const& from, segment_entry const& entry, window_buffer& memory,
                                    Visit&& visit, std::uint64_t& reached) {
    auto const damaged = [&] {
        return fail(errc::corrupt_file,
                    names::segment(from.number()) + " is damaged at or after offset " + std::to_string(reached));
    };
    window<File> source(from.file(), entry.length, std::move(memory));
    MKDB_TRY(scan(source, from.where(), reached, entry.length,
                  [&](stretch const& each, std::span<std::byte const> body) -> result<> {
                      bool const whole = each.condition == stretch::state::whole;
                      if (!whole ||
                          !visit_records(body, each.offset + sizeof(batch_header), each.header.record_count, visit)) {
                          return damaged();
                      }
                      reached = each.end;
                      return {};
                  }));
    memory = std::move(source).take_buffer();
    return reached < entry.length ? result<>(damaged()) : result<>();
}

/// Calls `visit(record, offset, length)` for every record of a sealed segment, from `start` on, that can be read, in
/// order. All of the segment was committed: whatever is not readable, for its checksums or for the disk, is damage, and
/// reported. Errors: `io` when the disk withholds more than `lenient_file::most_withheld` pages; `corrupt_file`.
template <class File, class Visit>
[[nodiscard]] result<> replay(segment<File> const& from, segment_entry const& entry, Visit&& visit, damage& found,
                              std::uint64_t start = segment_data_start) {
    auto const name = names::segment(from.number());
    lenient_file const readable(from.file());
    window<lenient_file<File>> source(readable, entry.length);
    MKDB_TRY_ASSIGN(auto const ended,
                    scan(source, from.where(), start, entry.length,
                         [&](stretch const& each, std::span<std::byte const> body) -> result<> {
                             auto const body_offset = each.offset + sizeof(batch_header);
                             if (each.condition == stretch::state::whole) {
                                 bool const sound = visit_records(body, body_offset, each.header.record_count, visit);
                                 return sound
                                            ? result<>()
                                            : fail(errc::corrupt_file, name + " holds a batch that contradicts itself");
                             }
                             if (each.condition == stretch::state::damaged) {
                                 detail::replay_damaged(each, body, body_offset, from.where(), name, visit, found);
                                 return {};
                             }
                             MKDB_TRY_ASSIGN(auto const bytes, source.bytes(each.offset, each.end - each.offset));
                             detail::replay_damaged(each, bytes, each.offset, from.where(), name, visit, found);
                             return {};
                         }));
    if (ended < entry.length) {
        stretch missing;
        missing.offset = ended;
        missing.end = entry.length;
        detail::replay_damaged(missing, {}, ended, from.where(), name, visit, found);
    }
    if (auto const& said = readable.first_error()) {
        found.notes.push_back("the disk withheld " + std::to_string(readable.pages_withheld()) + " pages of " + name +
                              ": " + said->message);
    }
    return {};
}

} // namespace mkdb::log
