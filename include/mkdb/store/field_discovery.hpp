#pragma once

#include <mkdb/document/check.hpp>
#include <mkdb/document/merge.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/store/live_options.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb {

/// Collects the top-level fields of records that a schema does not know.
class field_discovery {
public:
    explicit field_discovery(std::map<std::string, std::string> known) : known_(std::move(known)) {}

    /// Always true, so that it can be the visitor of a whole store.
    bool add_record(std::string_view json) {
        if (auto const fields = document::parse_object(json)) {
            for (auto const& field : *fields) {
                if (!known_.contains(std::string(field.key()))) {
                    found_.insert(std::string(field.key()));
                }
            }
        }
        return true;
    }

    [[nodiscard]] std::vector<std::string> new_fields() const { return {found_.begin(), found_.end()}; }

private:
    std::map<std::string, std::string> known_;
    std::set<std::string> found_;
};

namespace detail {

/// Whether the schema has a place for the field, or should not have one.
[[nodiscard]] inline bool is_known(store_options const& now, boost::json::key_value_pair const& field) {
    return document::is_reserved(field.key()) || field.value().is_null() ||
           now.schema.contains(std::string(field.key()));
}

} // namespace detail

/// Adds the fields of a delta that the schema does not know, unindexed.
inline void note_fields(live_options& options, boost::json::object const& delta) {
    auto const known = options.snapshot();
    if (std::ranges::all_of(delta, [&](auto const& field) { return detail::is_known(*known, field); })) {
        return;
    }
    options.update([&](store_options& now) {
        for (auto const& field : delta) {
            if (!detail::is_known(now, field)) {
                now.schema.try_emplace(std::string(field.key()));
            }
        }
    });
}

/// Adds fields to the schema, unindexed; returns those that it did not have.
[[nodiscard]] inline std::vector<std::string> remember_fields(live_options& options, std::vector<std::string> fields) {
    options.update([&](store_options& now) {
        std::erase_if(fields, [&](std::string const& field) { return !now.schema.try_emplace(field).second; });
    });
    return fields;
}

} // namespace mkdb
