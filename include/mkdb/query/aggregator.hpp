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
    /// A record's groups times its values for them: an array that is grouped by itself grows with its square.
    static constexpr std::size_t most_grouped_values = 1000000;

    /// `wanted` outlives the aggregator.
    aggregator(aggregate_request const& wanted, bool nested) : wanted_(&wanted), nested_(nested) {
        if (!wanted.group_by) {
            groups_.emplace(nullptr, fresh_group());
        }
    }

    /// Errors: `limit_exceeded` over `memory_limit`, and for a record of more than `most_grouped_values`.
    [[nodiscard]] result<> add(std::string_view id, boost::json::object const& record) {
        boost::json::value const as_value(id);
        auto const value_of = [&](std::string_view field) {
            return names_the_id(field) ? &as_value : document::find_field(record, field, nested_);
        };
        if (!wanted_->group_by) {
            add_to(groups_.begin()->second, value_of);
        } else {
            MKDB_TRY(add_to_groups(id, value_of(*wanted_->group_by), value_of));
        }
        return check_memory(0);
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
        made.reserve(wanted_->metrics.size());
        for (auto const& each : wanted_->metrics) {
            made.push_back(detail::make_accumulator(each));
        }
        return made;
    }

    template <class ValueOf>
    void add_to(group& figures, ValueOf const& value_of) {
        for (std::size_t i = 0; i < figures.size() && kept_ <= memory_limit; ++i) {
            auto const* value = value_of(wanted_->metrics[i].field);
            kept_ += std::visit([&](auto& one) { return one.add(value, memory_limit - kept_); }, figures[i]);
        }
    }

    template <class ValueOf>
    [[nodiscard]] result<> add_to_groups(std::string_view id, boost::json::value const* field,
                                         ValueOf const& value_of) {
        std::size_t key_bytes = 0;
        MKDB_TRY_ASSIGN(auto const keys, keys_of(field, key_bytes));
        std::size_t values = 0;
        for (auto const& metric : wanted_->metrics) {
            values += detail::number_of_elements(value_of(metric.field));
        }
        if (keys.size() > 1 && values > most_grouped_values / keys.size()) {
            return fail(errc::limit_exceeded, "'aggregate': record '" + std::string(id) + "' is in " +
                                                  std::to_string(keys.size()) + " groups, with " +
                                                  std::to_string(values) + " values for each: expected at most " +
                                                  std::to_string(most_grouped_values) + " in all");
        }
        for (auto const& key : keys) {
            auto at = groups_.find(key);
            if (at == groups_.end()) {
                at = groups_.emplace(key, fresh_group()).first;
                kept_ += detail::kept_bytes(key) + bytes_of_group();
            }
            add_to(at->second, value_of);
            MKDB_TRY(check_memory(key_bytes));
        }
        return {};
    }

    using group_keys = std::set<boost::json::value, detail::value_less>;

    /// The groups that a record belongs to, and what these keys take while it is added.
    [[nodiscard]] result<group_keys> keys_of(boost::json::value const* field, std::size_t& bytes) const {
        group_keys keys;
        if (field == nullptr) {
            keys.insert(nullptr);
        }
        detail::visit_elements(field, [&](boost::json::value const& element) {
            if (bytes <= memory_limit && keys.insert(detail::plain(element)).second) {
                bytes += detail::kept_bytes(element);
            }
        });
        MKDB_TRY(check_memory(bytes));
        return keys;
    }

    /// Names count, since the answer repeats them in each group.
    [[nodiscard]] std::size_t bytes_of_group() const {
        constexpr std::size_t figure = 64; // Of the answer.
        std::size_t bytes = 0;
        for (auto const& metric : wanted_->metrics) {
            bytes += sizeof(detail::accumulator) + figure + metric.name.size();
        }
        return bytes;
    }

    [[nodiscard]] result<> check_memory(std::size_t more) const {
        return kept_ <= memory_limit && more <= memory_limit - kept_
                   ? result<>()
                   : fail(errc::limit_exceeded, "Query exceeded the limit of 64 MiB for groups and distinct values: "
                                                "ask of fewer records, or for fewer groups");
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
