#pragma once

#include <mkdb/document/path.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/query/aggregator.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/request.hpp>
#include <mkdb/text/standard.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mkdb::test {

/// A store as a map, and answers by looking at everything: what the engine must agree with.
class naive_store {
public:
    std::map<std::string, boost::json::object> records;
    std::map<std::string, std::uint64_t> created;

    [[nodiscard]] std::vector<std::string> answer(mkdb::query::request const& asked) const {
        mkdb::text::standard const tokenizer;
        std::vector<std::string> ids;
        for (auto const& [id, fields] : records) {
            if (mkdb::query::matches(asked.where, id, fields, true, tokenizer)) {
                ids.push_back(id);
            }
        }
        std::ranges::stable_sort(ids, [&](auto const& a, auto const& b) { return before(asked, a, b); });
        return ids;
    }

    [[nodiscard]] boost::json::object figures(mkdb::query::request const& asked) const {
        mkdb::query::aggregator made(*asked.aggregate, true);
        for (auto const& id : answer(asked)) {
            made.add(id, records.at(id)).value();
        }
        return made.figures().value();
    }

private:
    [[nodiscard]] bool before(mkdb::query::request const& asked, std::string const& a, std::string const& b) const {
        if (asked.sort.empty()) {
            return created.at(a) < created.at(b);
        }
        for (auto const& key : asked.sort) {
            auto const* left = mkdb::document::find_field(records.at(a), key.field, true);
            auto const* right = mkdb::document::find_field(records.at(b), key.field, true);
            if ((left == nullptr) != (right == nullptr)) {
                return left != nullptr;
            }
            if (left == nullptr) {
                continue;
            }
            if (auto const order = mkdb::document::compare(*left, *right); order != 0) {
                return (order < 0) != key.descending;
            }
        }
        return a < b;
    }
};

} // namespace mkdb::test
