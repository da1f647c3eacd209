#pragma once

#include <mkdb/log/batch_reader.hpp>
#include <mkdb/log/recovery_plan.hpp>
#include <mkdb/log/segment.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>

namespace mkdb::log {

namespace detail {

/// The ids of what is about to be dropped, as far as they can be read.
template <class File>
[[nodiscard]] result<std::set<std::string>> torn_ids(segment<File> const& from, recovery_plan const& plan) {
    auto const start = plan.carried.empty() ? plan.durable_end : plan.carried.back().end;
    MKDB_TRY_ASSIGN(auto const size, from.file().size());
    std::set<std::string> ids;
    auto const note = [&](record const& each, auto const&...) {
        if (each.kind != redo_kind) {
            ids.emplace(each.key);
        }
    };
    window<File> source(from.file(), size);
    MKDB_TRY(
        scan(source, from.where(), start, size, [&](stretch const& each, std::span<std::byte const> body) -> result<> {
            if (each.condition != stretch::state::unreadable) {
                salvage_records(body, from.where(), each.offset + sizeof(batch_header), note, note);
                return {};
            }
            MKDB_TRY_ASSIGN(auto const bytes, source.bytes(each.offset, each.end - each.offset));
            salvage_records(bytes, from.where(), each.offset, note, note);
            return {};
        }));
    return ids;
}

} // namespace detail

/// What a plan drops, in words: "112 bytes of unfinished writes at the end of segment-0000000005, of the ids a, b". A
/// crash cuts writes off that nobody was told of; but rot in what was acknowledged last looks the same (R9), and
/// whoever reads this may know better. Errors: `io`.
template <class File>
[[nodiscard]] result<std::string> describe_torn(segment<File> const& from, recovery_plan const& plan) {
    constexpr std::size_t most_named = 20;
    MKDB_TRY_ASSIGN(auto const ids, detail::torn_ids(from, plan));
    auto text =
        std::to_string(plan.torn_bytes) + " bytes of unfinished writes at the end of " + names::segment(from.number());
    std::size_t named = 0;
    for (auto const& id : ids) {
        if (named == most_named) {
            return text + " and " + std::to_string(ids.size() - named) + " more";
        }
        text += (named++ == 0 ? ", of the ids " : ", ") + id;
    }
    return text;
}

} // namespace mkdb::log
