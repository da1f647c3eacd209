#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_node.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string>

namespace mkdb::document::detail {

/// A value that is checked, or the record, which is an object without a value around it.
class schema_subject {
public:
    explicit schema_subject(boost::json::value const& value) noexcept : value_(&value), object_(value.if_object()) {}
    explicit schema_subject(boost::json::object const& record) noexcept : object_(&record) {}

    [[nodiscard]] boost::json::object const* object() const noexcept { return object_; }

    /// Null for the record.
    [[nodiscard]] boost::json::value const* value() const noexcept { return value_; }

    /// What tells this object or list from all others. Null when it has no parts, or is none.
    [[nodiscard]] void const* identity() const noexcept {
        if (object_ != nullptr) {
            return object_->empty() ? nullptr : object_;
        }
        auto const* array = value_->if_array();
        return array == nullptr || array->empty() ? nullptr : array;
    }

    [[nodiscard]] bool is_of(json_type_set const& types) const noexcept {
        return value_ == nullptr ? types.has(json_type::object) : types.contains(*value_);
    }

    [[nodiscard]] bool is_in(value_set const& set) const {
        return value_ == nullptr ? is_in(boost::json::value(*object_), set) : is_in(*value_, set);
    }

    [[nodiscard]] std::string description() const {
        return value_ == nullptr ? (object_->empty() ? "an empty object" : "an object") : describe(*value_);
    }

private:
    [[nodiscard]] static bool is_in(boost::json::value const& value, value_set const& set) {
        return std::ranges::binary_search(set.sorted, value,
                                          [](auto const& a, auto const& b) { return compare(a, b) < 0; });
    }

    boost::json::value const* value_ = nullptr;
    boost::json::object const* object_ = nullptr;
};

} // namespace mkdb::document::detail
