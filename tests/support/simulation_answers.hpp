#pragma once

#include "simulation_model.hpp"

#include <mkdb/core/hash.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/engine/query_page.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/request.hpp>
#include <mkdb/text/standard.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace mkdb::testing {

/// A whole store as its model sees it: answers by looking at everything, and judges the answers of the engine.
class store_model {
public:
    explicit store_model(std::uint32_t partitions) : partitions_(partitions) {}

    [[nodiscard]] std::vector<partition_model>& partitions() noexcept { return partitions_; }

    [[nodiscard]] partition_model& at(std::string const& id) {
        return partitions_[partition_of(id, static_cast<std::uint32_t>(partitions_.size()))];
    }

    [[nodiscard]] known_content all() const {
        known_content whole;
        for (auto const& each : partitions_) {
            whole.insert(each.now().begin(), each.now().end());
        }
        return whole;
    }

    void watch() {
        for (auto& each : partitions_) {
            each.watch();
        }
    }

    void end_watch() {
        for (auto& each : partitions_) {
            each.end_watch();
        }
    }

    /// What is wrong with what a read gave; empty: nothing.
    [[nodiscard]] std::string judge_read(std::string const& id, known_state const& found) {
        auto const now = at(id).find(id);
        if (agree(now, found)) {
            return {};
        }
        auto const others = at(id).possible(id);
        bool const legal = std::ranges::any_of(others, [&](auto const& each) { return agree(each, found); });
        return legal ? "" : "'" + id + "' is " + text_of(found) + " and should be " + text_of(now);
    }

    /// What is wrong with a page. Records that changed since `watch` may be in it or not, as they were at some time.
    [[nodiscard]] std::string judge_page(query::request const& asked, query_page const& page) {
        if (auto wrong = judge_records(asked, page); !wrong.empty()) {
            return wrong;
        }
        std::set<std::string> unsettled;
        for (auto const& each : partitions_) {
            auto const ids = each.unsettled_ids();
            unsettled.insert(ids.begin(), ids.end());
        }
        return unsettled.empty() ? judge_exactly(asked, page) : judge_settled(asked, page, unsettled);
    }

private:
    [[nodiscard]] static bool agree(known_state const& expected, known_state const& found) {
        return expected.has_value() == found.has_value() && (!expected || expected->fits(*found));
    }

    [[nodiscard]] static std::string text_of(known_state const& state) {
        return state ? document::to_json(state->fields) + " at revision " + std::to_string(state->revision)
                     : std::string("absent");
    }

    [[nodiscard]] static bool matches(query::request const& asked, std::string const& id, known_record const& record) {
        static text::standard const tokenizer;
        return query::matches(asked.where, id, record.fields, false, tokenizer);
    }

    [[nodiscard]] std::string judge_records(query::request const& asked, query_page const& page) {
        for (auto const& record : page.records) {
            known_record const found{document::parse_object(record.json).value(), record.revision, 0};
            if (auto wrong = judge_read(record.id, found); !wrong.empty()) {
                return "on a page, " + wrong;
            }
            if (!matches(asked, record.id, found) && at(record.id).possible(record.id).empty()) {
                return "on a page, '" + record.id + "' does not match";
            }
        }
        return {};
    }

    [[nodiscard]] std::string judge_exactly(query::request const& asked, query_page const& page) const {
        auto const content = all();
        std::vector<std::string> expected;
        bool ordered = true;
        for (auto const& [id, record] : content) {
            if (matches(asked, id, record)) {
                expected.push_back(id);
                ordered = ordered && (!asked.sort.empty() || record.created != 0);
            }
        }
        if (page.total_matches != expected.size()) {
            return std::to_string(page.total_matches) + " matches instead of " + std::to_string(expected.size());
        }
        std::ranges::sort(expected, [&](auto const& a, auto const& b) { return before(asked, content, a, b); });
        auto const from = std::min<std::size_t>(asked.offset, expected.size());
        auto const left = expected.size() - from;
        auto const count = asked.limit == 0 ? left : std::min<std::size_t>(asked.limit, left);
        if (page.ids.size() != count) {
            return std::to_string(page.ids.size()) + " ids on a page of " + std::to_string(count);
        }
        bool const right = std::equal(page.ids.begin(), page.ids.end(), expected.begin() + std::ptrdiff_t(from));
        return right || !ordered ? "" : "a page in the wrong order or with the wrong ids";
    }

    [[nodiscard]] std::string judge_settled(query::request const& asked, query_page const& page,
                                            std::set<std::string> const& unsettled) const {
        std::uint64_t settled = 0;
        std::set<std::string> const found(page.ids.begin(), page.ids.end());
        bool const whole = asked.limit == 0 && asked.offset == 0;
        for (auto const& [id, record] : all()) {
            if (unsettled.contains(id)) {
                continue;
            }
            bool const match = matches(asked, id, record);
            settled += match ? 1 : 0;
            if (whole && match != found.contains(id)) {
                return "'" + id + "' is " + (match ? "missing from" : "wrongly in") + " an answer";
            }
        }
        bool const possible = page.total_matches >= settled && page.total_matches <= settled + unsettled.size();
        return possible ? ""
                        : std::to_string(page.total_matches) + " matches while " + std::to_string(settled) +
                              " are settled and " + std::to_string(unsettled.size()) + " are not";
    }

    [[nodiscard]] static bool before(query::request const& asked, known_content const& content, std::string const& a,
                                     std::string const& b) {
        if (asked.sort.empty()) {
            return content.at(a).created < content.at(b).created;
        }
        auto const& key = asked.sort.front();
        auto const* left = document::find_field(content.at(a).fields, key.field, false);
        auto const* right = document::find_field(content.at(b).fields, key.field, false);
        if (left == nullptr || right == nullptr) {
            return left != nullptr ? right == nullptr : right == nullptr && a < b;
        }
        auto const order = document::compare(*left, *right);
        return order == 0 ? a < b : (order < 0) != key.descending;
    }

    std::vector<partition_model> partitions_;
};

} // namespace mkdb::testing
