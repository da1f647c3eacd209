#include "pymkdb/sightings.hpp"

#include "pymkdb/index_line.hpp"
#include "pymkdb/log_line.hpp"

#include <mkdb/document/parse.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace mkdb::pymkdb {
namespace {

std::string_view without_line_end(std::string_view text) {
    text.remove_suffix(text.ends_with('\r') ? 1 : 0);
    return text;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

auto key_of(source_place const& where) {
    return std::tuple(where.segment, where.offset);
}

} // namespace

void sightings::add_index_line(std::uint64_t line, std::string_view text) {
    text = without_line_end(text);
    if (is_blank(text)) {
        return;
    }
    auto parsed = parse_index_line(text);
    if (!parsed) {
        return add_damaged_entry(line, text, parsed.error().message);
    }
    auto& entry = entry_of(parsed->id);
    entry.deleted = parsed->deleted;
    entry.readable = true;
    entry.where = std::move(parsed->where);
    entry.line = line;
}

/// A line that was cut short may still show its id: then it is the last word about a record, without the place.
void sightings::add_damaged_entry(std::uint64_t line, std::string_view text, std::string reason) {
    bool const deleted = text.starts_with('!');
    auto const named = text.substr(deleted ? 1 : 0);
    for (auto colon = named.rfind(':'); colon != std::string_view::npos && colon > 0;
         colon = named.rfind(':', colon - 1)) {
        auto const known = by_id_.find(std::string(named.substr(0, colon)));
        if (known != by_id_.end()) {
            auto& entry = entries_[known->second];
            entry.deleted = deleted;
            entry.readable = false;
            entry.line = line;
            return;
        }
    }
    damaged_entries_.push_back({std::string(text), line, std::move(reason)});
}

index_entry& sightings::entry_of(std::string_view id) {
    auto const [at, added] = by_id_.try_emplace(std::string(id), entries_.size());
    if (added) {
        entries_.emplace_back().id = id;
    }
    return entries_[at->second];
}

void sightings::begin_segment(std::uint32_t segment, std::uint64_t bytes) {
    segments_.emplace(segment, bytes);
    if (!std::exchange(places_sorted_, true)) {
        sort_places();
    }
}

void sightings::sort_places() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (!entries_[i].deleted && entries_[i].readable && !entries_[i].where.is_blob()) {
            by_place_.push_back(i);
        }
    }
    std::ranges::sort(by_place_, {}, [&](std::size_t i) { return key_of(entries_[i].where); });
}

index_entry* sightings::entry_at(source_place const& where) {
    auto const place = [&](std::size_t i) { return key_of(entries_[i].where); };
    auto const at = std::ranges::lower_bound(by_place_, key_of(where), {}, place);
    return at != by_place_.end() && place(*at) == key_of(where) ? &entries_[*at] : nullptr;
}

void sightings::add_log_line(std::uint32_t segment, std::uint64_t line, std::uint64_t offset, std::uint64_t size,
                             std::string_view text) {
    if (is_blank(text)) {
        return;
    }
    source_place const where{segment, offset, size, line};
    auto const parts = split_log_line(text);
    auto const fields = parts ? document::parse_object(parts->json) : result<boost::json::object>(parts.error());
    auto* const entry = entry_at(where);
    if (!fields) {
        auto id = parts ? std::string(parts->id) : std::string();
        if (entry != nullptr) {
            entry->seen = sight::damaged;
            entry->where.line = line;
            id = entry->id;
        }
        damaged_lines_.push_back({std::move(id), where, fields.error().message});
        return;
    }
    std::string const id(parts->id);
    if (entry != nullptr) {
        entry->seen = entry->id == id ? sight::whole : sight::another;
        entry->other_id = id;
        entry->seen_size = size;
        entry->where.line = line;
    }
    newest_.insert_or_assign(id, where);
}

void sightings::add_oversized_line(std::uint32_t segment, std::uint64_t line, std::uint64_t offset, std::uint64_t size,
                                   std::string reason) {
    source_place const where{segment, offset, size, line};
    auto* const entry = entry_at(where);
    if (entry != nullptr) {
        entry->seen = sight::damaged;
        entry->where.line = line;
    }
    damaged_lines_.push_back({entry != nullptr ? entry->id : std::string(), where, std::move(reason)});
}

std::optional<std::uint64_t> sightings::segment_bytes(std::uint32_t segment) const {
    auto const found = segments_.find(segment);
    return found == segments_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace mkdb::pymkdb
