#pragma once

#include <mkdb/document/describe.hpp>
#include <mkdb/document/json_schema/schema_node.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace mkdb::document::detail {

/// A value that is checked, or the record, which is an object without a value around it.
class schema_subject {
public:
    explicit schema_subject(boost::json::value const& value) noexcept
        : value_(&value), object_(value.if_object()), identity_(identity_of(value)) {}
    explicit schema_subject(boost::json::object const& record) noexcept
        : object_(&record), identity_(identity_of(record)) {}

    /// The name of a field. `text` is a copy of it, of which nothing can be known when it is gone.
    schema_subject(boost::json::value const& text, std::string_view name) noexcept
        : value_(&text), identity_(is_long(name) ? name.data() : nullptr) {}

    [[nodiscard]] boost::json::object const* object() const noexcept { return object_; }

    /// Null for the record.
    [[nodiscard]] boost::json::value const* value() const noexcept { return value_; }

    /// What tells an object, list or long string of the record from all others. Null when it has no parts and is soon
    /// looked at once more.
    [[nodiscard]] void const* identity() const noexcept { return identity_; }

    [[nodiscard]] bool is_of(json_type_set const& types) const noexcept {
        return value_ == nullptr ? types.has(json_type::object) : types.contains(*value_);
    }

    [[nodiscard]] bool is_in(value_set const& set) const {
        if (object_ != nullptr) {
            return is_in(*object_, set);
        }
        return std::ranges::binary_search(set.sorted, *value_,
                                          [](auto const& a, auto const& b) { return compare(a, b) < 0; });
    }

    /// What it is called in a sentence.
    [[nodiscard]] std::string_view noun() const noexcept { return value_ == nullptr ? "record" : "value"; }

    [[nodiscard]] std::string description() const {
        return value_ == nullptr ? (object_->empty() ? "an empty object" : "an object") : describe(*value_);
    }

private:
    /// The record is no value, and too large to be made one.
    [[nodiscard]] static bool is_in(boost::json::object const& object, value_set const& set) {
        auto const objects =
            std::ranges::partition_point(set.sorted, [](auto const& each) { return !each.is_object(); });
        auto const found = std::partition_point(objects, set.sorted.end(), [&](auto const& each) {
            return compare_objects(each.get_object(), object) < 0;
        });
        return found != set.sorted.end() && compare_objects(found->get_object(), object) == 0;
    }

    [[nodiscard]] static void const* identity_of(boost::json::object const& object) noexcept {
        return object.empty() ? nullptr : &object;
    }

    [[nodiscard]] static void const* identity_of(boost::json::value const& value) noexcept {
        if (auto const* object = value.if_object()) {
            return identity_of(*object);
        }
        if (auto const* text = value.if_string()) {
            return is_long(*text) ? text : nullptr;
        }
        auto const* array = value.if_array();
        return array == nullptr || array->empty() ? nullptr : array;
    }

    /// What is shorter is looked at sooner than looked up.
    [[nodiscard]] static bool is_long(std::string_view text) noexcept { return text.size() > 64; }

    boost::json::value const* value_ = nullptr;
    boost::json::object const* object_ = nullptr;
    void const* identity_ = nullptr;
};

} // namespace mkdb::document::detail
