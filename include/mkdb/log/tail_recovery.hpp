#pragma once

#include <mkdb/log/batch_encoder.hpp>
#include <mkdb/log/batch_reader.hpp>
#include <mkdb/log/findings.hpp>
#include <mkdb/log/manifest.hpp>
#include <mkdb/log/new_segment.hpp>
#include <mkdb/log/recovery_plan.hpp>
#include <mkdb/log/segment_numbers.hpp>
#include <mkdb/log/torn_writes.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace mkdb::log {

/// Reads the segment that was being written when the program ended and decides about it. Changes nothing.
template <class File>
[[nodiscard]] result<recovery_plan> examine_tail(segment<File> const& active, segment_entry const& entry) {
    MKDB_TRY_ASSIGN(auto const size, active.file().size());
    window<File> source(active.file(), size);
    std::vector<stretch> stretches;
    MKDB_TRY(scan(source, active.where(), segment_data_start, size, [&](stretch const& each, auto const& /*body*/) {
        stretches.push_back(each);
        return result<>();
    }));
    MKDB_TRY_ASSIGN(auto const head, source.bytes(0, sizeof(segment_header)));
    auto const is_batch = [](stretch const& each) { return each.condition != stretch::state::unreadable; };
    if (judge_header(head, active.id()) == header_verdict::damaged && std::ranges::none_of(stretches, is_batch)) {
        return plan_for_nothing_left(size);
    }
    return plan_recovery(stretches, active.number(), entry.length);
}

/// Errors: `limit_exceeded` when no number is left for the segment that takes what is carried.
[[nodiscard]] inline result<> check_feasible(recovery_plan const& plan, manifest_state const& state) {
    return plan.carried.empty() ? result<>() : check_segment_number(state.next_number());
}

namespace detail {

[[nodiscard]] inline error changed_meanwhile(std::uint32_t number, std::uint64_t offset) {
    return fail(errc::corrupt_file, names::segment(number) + " read otherwise a second time, at offset " +
                                        std::to_string(offset) + ": its disk or memory fails, open it again");
}

/// The header belongs to what is digested, and has no part in what was judged: one that is damaged counts as it is when
/// it reads so twice.
template <class File>
[[nodiscard]] result<> add_header(digest_stream& digest, window<File>& source, segment<File> const& active) {
    MKDB_TRY_ASSIGN(auto const header, source.bytes(0, segment_data_start));
    if (judge_header(header, active.id()) != header_verdict::good) {
        std::array<std::byte, segment_data_start> again{};
        MKDB_TRY_ASSIGN(auto const got, active.file().read_at(0, again));
        if (!std::ranges::equal(header, std::span(again).first(got))) {
            return changed_meanwhile(active.number(), 0);
        }
    }
    digest.add(header);
    return {};
}

template <class File>
[[nodiscard]] result<segment_digest> digest_up_to(window<File>& source, std::uint64_t end) {
    digest_stream digest;
    for (std::uint64_t at = 0; at < end;) {
        MKDB_TRY_ASSIGN(auto const bytes, source.bytes(at, std::min(mebibyte, end - at)));
        if (bytes.empty()) {
            break;
        }
        digest.add(bytes);
        at += bytes.size();
    }
    return digest.value();
}

/// The entry that seals what is durable of the old segment: counts and digest of its bytes as they are. Unless there is
/// damage that the entry tells of, the digest is of the very bytes whose checksums were found right.
template <class File>
[[nodiscard]] result<segment_entry> measure(segment<File> const& active, recovery_plan const& plan) {
    segment_entry entry;
    entry.number = active.number();
    entry.id = active.id();
    entry.sealed = true;
    entry.length = plan.durable_end;
    entry.flags = plan.rot ? sealed_with_damage : 0;
    window<File> source(active.file(), plan.durable_end);
    digest_stream judged;
    MKDB_TRY(add_header(judged, source, active));
    auto const count = [&](stretch const& each, std::span<std::byte const> body) -> result<> {
        if (each.condition != stretch::state::whole) {
            return plan.rot ? result<>() : changed_meanwhile(active.number(), each.offset);
        }
        judged.add(std::as_bytes(std::span(&each.header, 1)));
        judged.add(body);
        ++entry.counts.batches;
        bool const sound =
            visit_records(body, 0, each.header.record_count, [&](record const& one, std::uint64_t, std::uint32_t) {
                auto const tombstones = one.kind == tombstone_kind ? 1U : 0U;
                entry.counts.add_records(1, tombstones, one.sequence, one.sequence);
            });
        entry.flags |= sound ? 0 : sealed_with_damage;
        return {};
    };
    MKDB_TRY_ASSIGN(auto const reached, scan(source, active.where(), segment_data_start, plan.durable_end, count));
    if (!plan.rot && reached != plan.durable_end) {
        return changed_meanwhile(active.number(), reached);
    }
    entry.digest = judged.value();
    if (plan.rot) {
        MKDB_TRY_ASSIGN(entry.digest, digest_up_to(source, plan.durable_end));
    }
    return entry;
}

/// Copies one whole batch to the end of `to`: same records, checksums of the new place.
template <class File>
[[nodiscard]] result<> carry_batch(segment<File> const& from, window<File>& source, stretch const& each,
                                   batch_encoder& encoder, segment_writer<File>& to) {
    MKDB_TRY_ASSIGN(auto const body, source.bytes(each.offset + sizeof(batch_header), each.header.body_length));
    // The checksums of the new place would make good whatever this reading gave.
    if (body_digest(body, from.where(), each.offset) != each.header.body_digest) {
        return changed_meanwhile(from.number(), each.offset);
    }
    std::uint64_t tombstones = 0;
    encoder.begin(to.where(), to.end(), each.header.body_length);
    bool const sound =
        visit_records(body, 0, each.header.record_count, [&](record const& one, std::uint64_t, std::uint32_t) {
            tombstones += one.kind == tombstone_kind ? 1 : 0;
            encoder.add(one);
        });
    if (!sound) {
        return fail(errc::corrupt_file, "the batch at offset " + std::to_string(each.offset) + " of " +
                                            names::segment(from.number()) + " was written wrongly");
    }
    auto const batch = encoder.finish(to.number(), static_cast<std::uint32_t>(to.durable_end()), batch_carried);
    return to.append(batch, tombstones);
}

} // namespace detail

/// Ends the old segment where it is known durable, and copies the whole batches after that into a fresh, sealed one:
/// bytes that were only ever in the page cache are not built upon (R11). Replaces `unsealed`, the segment, in `live`.
template <class Files, class Random>
[[nodiscard]] result<>
recover_tail(Files& files, Random& random, std::filesystem::path const& directory, manifest<Files>& list,
             recovery_plan const& plan, std::vector<std::unique_ptr<segment<typename Files::file>>>& live,
             typename std::vector<std::unique_ptr<segment<typename Files::file>>>::iterator unsealed, findings& found) {
    using file = typename Files::file;
    auto const& old = **unsealed;
    std::vector<manifest_entry> edit;
    std::unique_ptr<segment<file>> fresh;
    if (!plan.carried.empty()) {
        MKDB_TRY_ASSIGN(auto const id, make_uuid(random));
        segment_identity const identity{list.log_id(), id, list.state().next_number(),
                                        plan.carried.front().header.first_sequence};
        MKDB_TRY_ASSIGN(fresh, make_segment(files, directory, identity));
        segment_writer<file> writer(*fresh);
        MKDB_TRY(writer.begin(identity));
        MKDB_TRY(files.sync_directory(directory));
        window<file> source(old.file(), plan.carried.back().end);
        batch_encoder encoder;
        for (auto const& each : plan.carried) {
            MKDB_TRY(detail::carry_batch(old, source, each, encoder, writer));
        }
        MKDB_TRY_ASSIGN(auto const footer, writer.seal());
        MKDB_TRY(verify(*fresh, footer.data_end));
        edit.push_back(sealed_entry(footer).to_entry(entry_kind::seal_segment));
    }
    MKDB_TRY_ASSIGN(auto const torn,
                    plan.torn_bytes > 0 ? describe_torn(old, plan) : result<std::string>(std::string()));
    MKDB_TRY_ASSIGN(auto const kept, detail::measure(old, plan));
    bool const empty = plan.durable_end == segment_data_start;
    edit.push_back(kept.to_entry(empty ? entry_kind::remove_segment : entry_kind::seal_segment));
    MKDB_TRY(list.append(edit));
    found.torn_bytes += plan.torn_bytes;
    if (!torn.empty()) {
        found.notes.push_back("dropped " + torn);
    }
    if (empty) {
        MKDB_TRY(files.remove(directory / names::segment(old.number())));
        MKDB_TRY(files.sync_directory(directory));
        live.erase(unsealed);
    }
    if (fresh) {
        live.push_back(std::move(fresh));
    }
    return {};
}

} // namespace mkdb::log
