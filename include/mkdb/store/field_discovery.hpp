#pragma once

#include <mkdb/document/parse.hpp>

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

} // namespace mkdb
