#include "cli/import_tally.hpp"

#include "cli/number_text.hpp"

#include <boost/json/array.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::cli {
void import_tally::stored() {
    std::lock_guard const lock(mutex_);
    ++stored_;
}

void import_tally::refused(std::uint64_t line, std::string_view reason) {
    std::lock_guard const lock(mutex_);
    ++refused_;
    if (refusals_.size() < kept_) {
        refusals_.push_back({line, std::string(reason)});
    }
}

std::uint64_t import_tally::stored_count() const {
    std::lock_guard const lock(mutex_);
    return stored_;
}

std::uint64_t import_tally::refused_count() const {
    std::lock_guard const lock(mutex_);
    return refused_;
}

/// Answers come in any order.
std::vector<refused_line> import_tally::sorted_refusals() const {
    std::lock_guard const lock(mutex_);
    auto sorted = refusals_;
    std::ranges::stable_sort(sorted, {}, &refused_line::line);
    return sorted;
}

boost::json::object import_tally::to_json(std::chrono::duration<double> took) const {
    boost::json::array errors;
    for (auto const& each : sorted_refusals()) {
        errors.push_back(boost::json::object{{"line", each.line}, {"reason", each.reason}});
    }
    auto const stored = stored_count();
    return {{"imported", stored},
            {"refused", refused_count()},
            {"seconds", std::round(took.count() * 1000) / 1000},
            {"records_per_second", per_second(stored, took)},
            {"errors", std::move(errors)}};
}

std::string import_tally::refusals_text() const {
    std::string text;
    auto const kept = sorted_refusals();
    for (auto const& each : kept) {
        text += fmt::format("line {}: {}\n", each.line, each.reason);
    }
    if (auto const all = refused_count(); all > kept.size() && !kept.empty()) {
        text += fmt::format("… and {} more (--max-errors shows more of them)\n", grouped(all - kept.size()));
    }
    return text;
}

std::string import_tally::summary(std::chrono::duration<double> took) const {
    auto const stored = stored_count();
    auto const refused = refused_count();
    return fmt::format("Imported {} {} in {:.2f} s ({} a second){}.", grouped(stored),
                       stored == 1 ? "record" : "records", took.count(), grouped(per_second(stored, took)),
                       refused == 0 ? "" : fmt::format(", refused {}", grouped(refused)));
}

} // namespace mkdb::cli
