#include "cli/migration_report.hpp"

#include "cli/number_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace mkdb::cli {
namespace {

std::string place_of(std::string const& store, pymkdb::finding const& found) {
    auto text = fmt::format("stores/{}{}{}", store, found.file.empty() ? "" : "/", found.file);
    text += found.line == 0 ? "" : fmt::format(" line {}", found.line);
    text += found.offset && found.line != 0 ? fmt::format(", offset {}", *found.offset) : "";
    return text;
}

boost::json::object as_json(std::string const& store, pymkdb::finding const& found) {
    boost::json::object json{
        {"kind", pymkdb::to_string(found.kind)}, {"store", store}, {"file", found.file}, {"line", found.line}};
    if (found.offset) {
        json["offset"] = *found.offset;
    }
    json["id"] = found.id;
    json["reason"] = found.reason;
    return json;
}

} // namespace

std::size_t migration_report::add_store(std::string name) {
    stores_.push_back({.name = std::move(name)});
    return stores_.size() - 1;
}

void migration_report::add(std::size_t store, pymkdb::finding found) {
    std::lock_guard const lock(mutex_);
    auto const kind = static_cast<std::size_t>(found.kind);
    stores_[store].refused += found.kind == pymkdb::finding_kind::refused ? 1 : 0;
    ++counts_[kind];
    if (kept_counts_[kind] < kept_) {
        ++kept_counts_[kind];
        findings_.push_back({store, std::move(found)});
    }
}

void migration_report::add_warning(std::string warning) {
    std::lock_guard const lock(mutex_);
    warnings_.push_back(std::move(warning));
}

std::uint64_t migration_report::migrated() const {
    return std::accumulate(stores_.begin(), stores_.end(), std::uint64_t{0},
                           [](auto sum, auto const& each) { return sum + each.migrated; });
}

std::uint64_t migration_report::refused() const {
    std::lock_guard const lock(mutex_);
    return counts_[static_cast<std::size_t>(pymkdb::finding_kind::refused)];
}

std::vector<migration_report::kept_finding const*> migration_report::by_kind() const {
    std::vector<kept_finding const*> sorted;
    for (auto const& each : findings_) {
        sorted.push_back(&each);
    }
    std::ranges::stable_sort(sorted, {}, [](auto const* each) { return each->what.kind; });
    return sorted;
}

std::uint64_t migration_report::left_out() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}) - findings_.size();
}

boost::json::object migration_report::to_json(std::chrono::duration<double> took) const {
    boost::json::array stores;
    std::uint64_t verified = 0;
    for (auto const& each : stores_) {
        verified += each.verified;
        stores.push_back(boost::json::object{{"name", each.name},
                                             {"migrated", each.migrated},
                                             {"verified", each.verified},
                                             {"refused", each.refused},
                                             {"deleted", each.deleted},
                                             {"unindexed", each.unindexed}});
    }
    boost::json::array findings;
    for (auto const* each : by_kind()) {
        findings.push_back(as_json(stores_[each->store].name, each->what));
    }
    return {{"migrated", migrated()},
            {"verified", verified},
            {"refused", refused()},
            {"seconds", std::round(took.count() * 1000) / 1000},
            {"records_per_second", per_second(migrated(), took)},
            {"stores", std::move(stores)},
            {"findings", std::move(findings)},
            {"findings_left_out", left_out()},
            {"warnings", boost::json::array(warnings_.begin(), warnings_.end())}};
}

std::string migration_report::findings_text() const {
    std::string text;
    for (auto const* each : by_kind()) {
        auto const& found = each->what;
        text += fmt::format("{}: {}: {}{}\n", pymkdb::to_string(found.kind), place_of(stores_[each->store].name, found),
                            found.id.empty() ? "" : fmt::format("'{}': ", found.id), found.reason);
    }
    if (auto const more = left_out(); more > 0) {
        text += fmt::format("… and {} more (--max-errors shows more of them)\n", grouped(more));
    }
    for (auto const& warning : warnings_) {
        text += warning + "\n";
    }
    return text;
}

std::string migration_report::summary(std::chrono::duration<double> took) const {
    std::size_t width = 5;
    for (auto const& each : stores_) {
        width = std::max(width, each.name.size());
    }
    auto text = fmt::format("{:<{}}  {:>12}  {:>9}  {:>9}  {:>12}\n", "store", width, "records", "refused", "deleted",
                            "not in index");
    for (auto const& each : stores_) {
        text += fmt::format("{:<{}}  {:>12}  {:>9}  {:>9}  {:>12}\n", each.name, width, grouped(each.migrated),
                            grouped(each.refused), grouped(each.deleted), grouped(each.unindexed));
    }
    auto const all = migrated();
    return text + fmt::format("Migrated {} {} in {:.2f} s ({} a second){}{}.\n", grouped(all),
                              all == 1 ? "record" : "records", took.count(), grouped(per_second(all, took)),
                              refused() == 0 ? "" : fmt::format(", refused {}", grouped(refused())),
                              all == 0 ? "" : "; each was read back and equals its source");
}

} // namespace mkdb::cli
