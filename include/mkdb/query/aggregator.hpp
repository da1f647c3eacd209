#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/path.hpp>
#include <mkdb/query/aggregate.hpp>
#include <mkdb/query/detail/accumulators.hpp>
#include <mkdb/query/names.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mkdb::query {

/// Takes the matching records one by one, and gives the figures that are wanted of them.
///
/// With `group_by` a record belongs to the group of each element of that field, once; a record without the field to
/// that of null, as `eq null` has it. Groups come in the order of all values. Complexity: of `add`, the elements of the
/// wanted fields, times the logarithm of what is kept.
class aggregator {
public:
    static constexpr std::size_t memory_limit = 64 * mebibyte; ///< For groups, distinct values and buckets.

    /// `wanted` outlives the aggregator.
    aggregator(aggregate_request const& wanted, bool nested) : wanted_(&wanted), nested_(nested) {
        if (!wanted.group_by) {
            groups_.emplace(nullptr, fresh_group());
        }
    }

    /// Errors: `limit_exceeded` over `memory_limit`.
    [[nodiscard]] result<> add(std::string_view id, boost::json::object const& record) {
        boost::json::value const as_value(id);
        auto const value_of = [&](std::string_view field) {
            return names_the_id(field) ? &as_value : document::find_field(record, field, nested_);
        };
        if (!wanted_->group_by) {
            add_to(groups_.begin()->second, value_of);
        } else {
            add_to_groups(value_of(*wanted_->group_by), value_of);
        }
        return kept_ <= memory_limit
                   ? result<>()
                   : fail(errc::limit_exceeded, "Query exceeded the limit of 64 MiB for groups and distinct values: "
                                                "ask of fewer records, or for fewer groups");
    }

    /// The figures by name, or `groups`, each with its `key`. Errors: `limit_exceeded` for one that is no finite
    /// number.
    [[nodiscard]] result<boost::json::object> figures() const {
        if (!wanted_->group_by) {
            return figures_of(groups_.begin()->second);
        }
        boost::json::array groups;
        for (auto const& [key, accumulated] : groups_) {
            MKDB_TRY_ASSIGN(auto made, figures_of(accumulated));
            groups.push_back(boost::json::object{{"key", key}, {"metrics", std::move(made)}});
        }
        return boost::json::object{{"groups", std::move(groups)}};
    }

private:
    using group = std::vector<detail::accumulator>;

    [[nodiscard]] group fresh_group() const {
        group made;
        for (auto const& each : wanted_->metrics) {
            made.push_back(detail::make_accumulator(each));
        }
        return made;
    }

    template <class ValueOf>
    void add_to(group& figures, ValueOf const& value_of) {
        for (std::size_t i = 0; i < figures.size(); ++i) {
            auto const* value = value_of(wanted_->metrics[i].field);
            kept_ += std::visit([&](auto& one) { return one.add(value); }, figures[i]);
        }
    }

    template <class ValueOf>
    void add_to_groups(boost::json::value const* field, ValueOf const& value_of) {
        std::set<boost::json::value, detail::value_less> keys;
        if (field == nullptr) {
            keys.insert(nullptr);
        }
        detail::visit_elements(field, [&](boost::json::value const& element) { keys.insert(detail::plain(element)); });
        for (auto const& key : keys) {
            auto at = groups_.find(key);
            if (at == groups_.end()) {
                at = groups_.emplace(key, fresh_group()).first;
                kept_ += detail::kept_bytes(key) + wanted_->metrics.size() * sizeof(detail::accumulator);
            }
            add_to(at->second, value_of);
        }
    }

    [[nodiscard]] result<boost::json::object> figures_of(group const& figures) const {
        boost::json::object made;
        for (std::size_t i = 0; i < figures.size(); ++i) {
            auto const& name = wanted_->metrics[i].name;
            auto value = std::visit([](auto const& one) { return one.value(); }, figures[i]);
            if (!value) {
                return fail(value.error().code, "'aggregate': '" + name + "': " + value.error().message);
            }
            made[name] = std::move(*value);
        }
        return made;
    }

    aggregate_request const* wanted_;
    bool nested_;
    std::map<boost::json::value, group, detail::value_less> groups_;
    std::size_t kept_ = 0;
};

} // namespace mkdb::query
