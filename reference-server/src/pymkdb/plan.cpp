#include "pymkdb/plan.hpp"

#include <mkdb/document/id.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace mkdb::pymkdb {
namespace {

auto place_key(source_place const& where) {
    return std::tuple(where.segment, where.offset);
}

class planner {
public:
    planner(sightings const& seen, plan_options options) : seen_(seen), options_(options) {
        for (auto const& line : seen.damaged_lines()) {
            damage_.emplace(place_key(line.where), &line);
            auto& last = last_damaged_[line.id];
            last = last == nullptr || earlier(last->where, line.where) ? &line : last;
        }
    }

    migration_plan run() {
        for (auto const& entry : seen_.entries()) {
            decide(entry);
        }
        match_damaged_entries();
        for (auto const& blob : seen_.blobs()) {
            decide_blob(blob);
        }
        for (auto const& [id, where] : seen_.newest()) {
            if (!seen_.indexed(id)) {
                decide_unindexed(id, where);
            }
        }
        tell_damaged_lines();
        std::ranges::sort(plan_.records, {}, [](source_record const& each) {
            return std::tuple(each.where.is_blob(), each.where.segment, each.where.offset, std::string_view(each.id));
        });
        return std::move(plan_);
    }

private:
    [[nodiscard]] source_place const* newest_of(std::string const& id) const {
        auto const found = seen_.newest().find(id);
        return found == seen_.newest().end() ? nullptr : &found->second;
    }

    [[nodiscard]] std::string place_text(source_place const& where) const {
        return fmt::format("{} line {}, offset {}", segment_file(seen_.store(), where.segment), where.line,
                           where.offset);
    }

    [[nodiscard]] finding in_log(finding_kind kind, std::string id, source_place const& where,
                                 std::string reason) const {
        return {kind, file_of(seen_.store(), where), where.line, where.offset, std::move(id), std::move(reason)};
    }

    [[nodiscard]] finding in_index(finding_kind kind, std::string id, std::uint64_t line, std::string reason) const {
        return {kind, index_file(seen_.store()), line, std::nullopt, std::move(id), std::move(reason)};
    }

    void tell(finding found) { plan_.findings.push_back(std::move(found)); }

    void take(std::string const& id, source_place const& where) {
        if (auto const fits = document::check_id(id); !fits) {
            return tell(in_log(finding_kind::refused, id, where, fits.error().message));
        }
        plan_.records.push_back({id, where});
    }

    void take_newest(index_entry const& entry, source_place const& newest, std::string why) {
        tell(in_index(finding_kind::resolved, entry.id, entry.line,
                      fmt::format("{}; taken from {}, the last line of this id", why, place_text(newest))));
        take(entry.id, newest);
    }

    void refuse(index_entry const& entry, source_place const* newest, finding found) {
        if (newest != nullptr && entry.readable && earlier(*newest, entry.where)) {
            found.reason += fmt::format("; an older version is in {}", place_text(*newest));
        }
        tell(std::move(found));
    }

    void decide(index_entry const& entry) {
        auto const* const newest = newest_of(entry.id);
        if (entry.deleted) {
            return decide_deleted(entry, newest);
        }
        if (!entry.readable) {
            std::string const why = "the entry is damaged behind the id";
            return newest != nullptr ? take_newest(entry, *newest, why)
                                     : tell(in_index(finding_kind::refused, entry.id, entry.line,
                                                     why + ", and the log has no line of this id"));
        }
        if (entry.where.is_blob()) {
            return take(entry.id, entry.where);
        }
        bool const outdated = newest != nullptr && earlier(entry.where, *newest);
        if (outdated) {
            return take_newest(entry, *newest, "the entry names " + spot(entry) + ", and the log goes on");
        }
        if (entry.seen == sight::whole) {
            return take_confirmed(entry, *newest);
        }
        decide_unconfirmed(entry, newest);
    }

    void decide_deleted(index_entry const& entry, source_place const* newest) {
        ++plan_.deleted;
        bool const again =
            newest != nullptr && entry.readable && !entry.where.is_blob() && earlier(entry.where, *newest);
        if (again) {
            tell(in_log(finding_kind::left, entry.id, *newest,
                        fmt::format("the index says in line {} that an earlier version was deleted, and does not know "
                                    "this one: the record stays deleted",
                                    entry.line)));
        }
    }

    void take_confirmed(index_entry const& entry, source_place const& newest) {
        if (entry.where.size != entry.seen_size) {
            tell(in_index(finding_kind::resolved, entry.id, entry.line,
                          fmt::format("the entry says {} bytes, and {} has {}; the line is whole, and taken",
                                      entry.where.size, place_text(newest), entry.seen_size)));
        }
        take(entry.id, newest);
    }

    /// The place that an entry names, without a line number when nobody knows one.
    [[nodiscard]] std::string spot(index_entry const& entry) const {
        return fmt::format("{} offset {}", segment_file(seen_.store(), entry.where.segment), entry.where.offset);
    }

    void decide_unconfirmed(index_entry const& entry, source_place const* newest) {
        if (entry.seen == sight::damaged) {
            auto const& line = *damage_.at(place_key(entry.where));
            told_.insert(&line);
            return refuse(entry, newest,
                          in_log(finding_kind::refused, entry.id, line.where, "the line is damaged: " + line.reason));
        }
        auto const bytes = seen_.segment_bytes(entry.where.segment);
        auto const in_entry = [&](std::string reason) {
            return in_index(finding_kind::refused, entry.id, entry.line, std::move(reason));
        };
        if (!bytes) {
            return refuse(entry, newest, in_entry(segment_file(seen_.store(), entry.where.segment) + " is missing"));
        }
        if (entry.where.offset >= *bytes) {
            return refuse(entry, newest,
                          in_entry(fmt::format("the entry names {}, and the file ends at {}", spot(entry), *bytes)));
        }
        auto const why = fmt::format("the entry names {}, where {}", spot(entry),
                                     entry.seen == sight::another ? fmt::format("'{}' lies", entry.other_id)
                                                                  : std::string("no line begins"));
        if (newest == nullptr || damaged_after(entry.id, *newest)) {
            return refuse(entry, newest, in_entry(why + ", and the log has no whole line of this id at its end"));
        }
        take_newest(entry, *newest, why);
    }

    [[nodiscard]] bool damaged_after(std::string const& id, source_place const& where) const {
        auto const found = last_damaged_.find(id);
        return found != last_damaged_.end() && earlier(where, found->second->where);
    }

    /// A damaged line of the index may begin with an id that only the log has.
    void match_damaged_entries() {
        for (auto const& entry : seen_.damaged_entries()) {
            bool const deleted = entry.text.starts_with('!');
            auto const named = std::string_view(entry.text).substr(deleted ? 1 : 0);
            auto colon = named.rfind(':');
            while (colon != std::string_view::npos && colon > 0 &&
                   newest_of(std::string(named.substr(0, colon))) == nullptr) {
                colon = named.rfind(':', colon - 1);
            }
            if (colon == std::string_view::npos || colon == 0) {
                tell(in_index(finding_kind::refused, "", entry.line,
                              fmt::format("the line is damaged, and which record it is about cannot be known: {}",
                                          entry.reason)));
            } else {
                partly_readable_.insert_or_assign(std::string(named.substr(0, colon)), &entry);
            }
        }
    }

    /// Only the index tells whether a record lies in the log or in a file of its own.
    void decide_blob(source_record const& blob) {
        auto const* const newest = newest_of(blob.id);
        if (newest == nullptr && !last_damaged_.contains(blob.id)) {
            return take(blob.id, blob.where);
        }
        refused_.insert(blob.id);
        tell(in_log(finding_kind::refused, blob.id, blob.where,
                    newest == nullptr
                        ? "the log has a damaged line of this id too; without an index nobody knows which is newer"
                        : fmt::format("so does {} hold this id; without an index nobody knows which is newer",
                                      place_text(*newest))));
    }

    void decide_unindexed(std::string const& id, source_place const& where) {
        if (auto const found = partly_readable_.find(id); found != partly_readable_.end()) {
            return decide_partly_readable(id, where, *found->second);
        }
        if (!seen_.has_index()) {
            // What stands in the way is told where it lies, and with it the record.
            return damaged_after(id, where) || refused_.contains(id) ? void() : take(id, where);
        }
        if (options_.take_unindexed) {
            tell(in_log(finding_kind::resolved, id, where, "not in the index; taken, as asked"));
            return take(id, where);
        }
        ++plan_.unindexed;
        tell(in_log(finding_kind::left, id, where,
                    "not in the index: deleted before the index was last written anew, or never entered into it"));
    }

    void decide_partly_readable(std::string const& id, source_place const& where, damaged_entry const& entry) {
        if (entry.text.starts_with('!')) {
            ++plan_.deleted;
            return tell(in_index(finding_kind::left, id, entry.line,
                                 "the entry is damaged behind the id, and says that the record is deleted"));
        }
        tell(in_index(finding_kind::resolved, id, entry.line,
                      fmt::format("the entry is damaged behind the id; taken from {}, the last line of this id",
                                  place_text(where))));
        take(id, where);
    }

    /// Without an index any damaged line may have been the newest version of its record.
    void tell_damaged_lines() {
        for (auto const& line : seen_.damaged_lines()) {
            if (told_.contains(&line)) {
                continue;
            }
            auto const* const newest = newest_of(line.id);
            bool const may_be_newest = !seen_.has_index() && (newest == nullptr || earlier(*newest, line.where));
            tell(in_log(may_be_newest ? finding_kind::refused : finding_kind::left, line.id, line.where,
                        fmt::format("the line is damaged: {}{}", line.reason,
                                    may_be_newest ? "" : "; no record of the store needs it")));
        }
    }

    sightings const& seen_;
    plan_options options_;
    migration_plan plan_;
    std::map<std::tuple<std::uint32_t, std::uint64_t>, damaged_line const*> damage_;
    std::map<std::string, damaged_line const*> last_damaged_;
    std::map<std::string, damaged_entry const*> partly_readable_;
    std::set<damaged_line const*> told_;
    std::set<std::string> refused_; ///< Without an index.
};

} // namespace

migration_plan make_plan(sightings const& seen, plan_options options) {
    return planner(seen, options).run();
}

} // namespace mkdb::pymkdb
