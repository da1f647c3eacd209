#pragma once

#include <mkdb/index/condition.hpp>
#include <mkdb/index/detail/row_bitmap.hpp>
#include <mkdb/index/detail/row_set_format.hpp>
#include <mkdb/index/row_set.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mkdb::index::detail {

/// Whether a field is something other than null, "" and [].
[[nodiscard]] inline bool is_present(boost::json::value const& field) noexcept {
    if (auto const* text = field.if_string()) {
        return !text->empty();
    }
    if (auto const* array = field.if_array()) {
        return !array->empty();
    }
    return !field.is_null();
}

/// Whether `eq null` holds for a field that is there: null itself, or an array with a null.
[[nodiscard]] inline bool is_nullish(boost::json::value const& field) noexcept {
    if (auto const* array = field.if_array()) {
        return std::ranges::any_of(*array, [](auto const& element) { return element.is_null(); });
    }
    return field.is_null();
}

/// Which rows have something in the field: the part of every index that answers `exists` and the conditions on null.
class presence {
public:
    void insert(std::uint32_t row, boost::json::value const& field) {
        if (is_present(field)) {
            present_.add(row);
        }
        if (!is_nullish(field)) {
            not_null_.add(row);
        }
    }
    void erase(std::uint32_t row) {
        present_.remove(row);
        not_null_.remove(row);
    }

    [[nodiscard]] std::optional<row_set> lookup(condition const& asked) const {
        if (asked.op == operation::exists) {
            return present_.rows();
        }
        if (asked.op == operation::neq && asked.operand.is_null()) {
            return not_null_.rows();
        }
        return std::nullopt;
    }

    /// How many rows `lookup` would give.
    [[nodiscard]] std::optional<std::uint64_t> estimate(condition const& asked) const {
        if (asked.op == operation::exists) {
            return present_.rows().cardinality();
        }
        if (asked.op == operation::neq && asked.operand.is_null()) {
            return not_null_.rows().cardinality();
        }
        return std::nullopt;
    }

    void save(byte_writer& to) const {
        write_rows(to, present_.rows());
        write_rows(to, not_null_.rows());
    }

    /// False when the bytes make no sense.
    [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
        auto present = read_rows(from, live);
        auto not_null = read_rows(from, live);
        if (!present || !not_null) {
            return false;
        }
        present_ = row_bitmap(std::move(*present));
        not_null_ = row_bitmap(std::move(*not_null));
        return true;
    }

    [[nodiscard]] std::uint64_t bytes() const { return present_.bytes() + not_null_.bytes(); }

private:
    row_bitmap present_;
    row_bitmap not_null_;
};

/// The elements of an array, or the one value that is not an array: what `eq`, `in` and comparisons look at.
template <class Visit>
void for_each_element(boost::json::value const& field, Visit&& visit) {
    if (auto const* array = field.if_array()) {
        std::ranges::for_each(*array, visit);
    } else {
        visit(field);
    }
}

} // namespace mkdb::index::detail
