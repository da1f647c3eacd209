#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/document/check.hpp>
#include <mkdb/document/merge.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/store/live_options.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb {

namespace detail {

/// Whether the schema has a place for the field, or should not have one.
[[nodiscard]] inline bool is_known(std::map<std::string, std::string> const& schema, std::string_view field) {
    return document::is_reserved(field) || field.size() > limits::discovered_field_bytes ||
           schema.contains(std::string(field));
}

/// Clients name the fields: what they could make a schema hold must end somewhere.
[[nodiscard]] inline bool is_full(store_options const& now) {
    return now.schema.size() >= limits::discovered_fields;
}

} // namespace detail

/// Collects the top-level fields of records that a schema does not know, as many as it has room for.
class field_discovery {
public:
    explicit field_discovery(std::map<std::string, std::string> known) : known_(std::move(known)) {}

    /// The visitor of a whole store. False: there is no room for more, so no record needs to be looked at.
    bool add_record(std::string_view json) {
        if (auto const fields = document::parse_object(json)) {
            for (auto const& field : *fields) {
                if (has_room() && !detail::is_known(known_, field.key())) {
                    found_.insert(std::string(field.key()));
                }
            }
        }
        return has_room();
    }

    [[nodiscard]] std::vector<std::string> new_fields() const { return {found_.begin(), found_.end()}; }

private:
    [[nodiscard]] bool has_room() const noexcept { return known_.size() + found_.size() < limits::discovered_fields; }

    std::map<std::string, std::string> known_;
    std::set<std::string> found_;
};

/// Fields that the schema is to get when the writes that have them are done.
using written_fields = std::set<std::string, std::less<>>;

/// Collects the fields that a write gives a value and that the schema does not know, as many as it has room for.
inline void collect_fields(store_options const& now, boost::json::object const& delta, written_fields& found) {
    for (auto const& field : delta) {
        if (now.schema.size() + found.size() >= limits::discovered_fields) {
            return;
        }
        if (!field.value().is_null() && !detail::is_known(now.schema, field.key())) {
            found.emplace(field.key());
        }
    }
}

/// Adds fields to the schema, unindexed, as many as it has room for; returns those that it did not have.
[[nodiscard]] inline std::vector<std::string> remember_fields(live_options& options, std::vector<std::string> fields) {
    options.update([&](store_options& now) {
        std::erase_if(fields, [&](std::string const& field) {
            return detail::is_full(now) || !now.schema.try_emplace(field).second;
        });
    });
    return fields;
}

/// The same after a write, which succeeded whether or not there is memory for this: the next one brings them again.
inline void remember_written(live_options& options, written_fields const& fields) {
    if (!fields.empty()) {
        if_memory_allows([&] { static_cast<void>(remember_fields(options, {fields.begin(), fields.end()})); });
    }
}

/// `handler` as it is to be called after a write of these fields. It may outlive the store.
template <class Outcome>
[[nodiscard]] std::function<void(result<Outcome>)> remembering(std::shared_ptr<live_options> options,
                                                               written_fields fields,
                                                               std::function<void(result<Outcome>)> handler) {
    if (fields.empty()) {
        return handler;
    }
    return [options = std::move(options), fields = std::move(fields),
            handler = std::move(handler)](result<Outcome> outcome) {
        if (outcome) {
            remember_written(*options, fields);
        }
        handler(std::move(outcome));
    };
}

} // namespace mkdb
