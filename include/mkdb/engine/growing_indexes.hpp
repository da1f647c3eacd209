#pragma once

#include <mkdb/index/row_set.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace mkdb::engine {

/// Indexes that are being filled from the records while those change: they follow every change from the beginning, and
/// get the records that were there before one by one.
///
/// What must hold: each live row is in the indexes, with the text of its newest version, or is missing.
/// Thread safety: none of its own; the partition's lock guards it.
template <class IndexInstance>
class growing_indexes {
public:
    /// `rows` are those that live now.
    growing_indexes(IndexInstance empty, index::row_set rows) : indexes_(std::move(empty)), missing_(std::move(rows)) {}

    [[nodiscard]] bool lacks(std::uint32_t row) const { return missing_.contains(row); }

    void insert(std::uint32_t row, boost::json::object const& fields) {
        indexes_.insert(row, fields);
        missing_.remove(row);
    }

    /// `fields` are those of the version that the row had.
    void erase(std::uint32_t row, boost::json::object const& fields) {
        if (!missing_.contains(row)) {
            indexes_.erase(row, fields);
        }
        missing_.remove(row);
    }

    /// Of a row whose version could not be read: what the indexes have of it cannot be taken out.
    void forget(std::uint32_t row) {
        if (!missing_.contains(row) && !indexes_.empty()) {
            ghosts_.add(row);
        }
        missing_.remove(row);
    }

    [[nodiscard]] IndexInstance& indexes() noexcept { return indexes_; }
    [[nodiscard]] IndexInstance const& indexes() const noexcept { return indexes_; }
    [[nodiscard]] index::row_set& missing() noexcept { return missing_; }
    [[nodiscard]] index::row_set const& missing() const noexcept { return missing_; }
    /// Rows that are gone and still in the indexes.
    [[nodiscard]] index::row_set& ghosts() noexcept { return ghosts_; }

private:
    IndexInstance indexes_;
    index::row_set missing_;
    index::row_set ghosts_;
};

} // namespace mkdb::engine
