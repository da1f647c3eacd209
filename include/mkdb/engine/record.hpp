#pragma once

#include <mkdb/document/expiry.hpp>
#include <mkdb/document/field_rules.hpp>
#include <mkdb/document/json_schema/json_schema.hpp>
#include <mkdb/engine/change_feed.hpp>
#include <mkdb/engine/options.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace mkdb {

/// A stored record: its fields as JSON text, exactly as they will be sent, without `_id` and `_rev`.
struct record {
    std::string id;
    std::string json;
    std::uint64_t revision = 0;

    friend bool operator==(record const&, record const&) = default;
};

/// A change to merge into a record.
struct write_request {
    std::string id{}; ///< Empty: the store makes one.
    boost::json::object delta{};
    std::optional<std::uint64_t> if_revision{}; ///< Only when the record is at this revision; 0: must not exist.
    std::optional<durability> mode{};           ///< Overrides the store's.
    /// From now on until the record is over; 0: it never is. None: as before. For stores with a `ttl_field`.
    std::optional<std::chrono::milliseconds> ttl{};
};

struct erase_request {
    std::string id{};
    std::optional<std::uint64_t> if_revision{};
    std::optional<durability> mode{};
};

/// One of a batch, which is always as durable as `durability::sync`, whatever `mode` says.
using batch_operation = std::variant<write_request, erase_request>;

/// What was acknowledged. The revision of an erased or absent record is 0.
struct write_outcome {
    std::string id;
    std::uint64_t revision = 0;

    friend bool operator==(write_outcome const&, write_outcome const&) = default;
};

namespace engine {

/// A write or an erasure on its way through a partition.
struct operation {
    change::kind what = change::kind::write;
    std::string id;
    boost::json::object delta;
    std::optional<std::uint64_t> if_revision;
    durability mode = durability::sync;
    std::shared_ptr<document::field_rules const> rules{}; ///< Of what a write leaves; null: none.
    document::json_schema json_schema{};                  ///< Of what a write leaves.
    bool nested = false;                                  ///< What the names of the delta meant when it was checked.
    document::expiry expiry{};                            ///< A record that is over is none.
    bool reaps = false;           ///< Deletes the record if it is over, and does nothing otherwise.
    std::uint64_t known_over = 0; ///< The revision that an index has as over, which counts when nobody can read it.
};

/// A record that an index has as over.
struct over_record {
    std::string id;
    std::uint64_t revision = 0;
};

/// Deletes a record that is over. A crash may bring it back, to be deleted again: it is not seen, so nothing is synced
/// for its sake. The outcome has the revision of the deletion, or 0 when there was none.
[[nodiscard]] inline operation reaping(over_record found, document::expiry expiry) {
    operation erase{change::kind::erase, std::move(found.id), {}, {}, durability::interval};
    erase.expiry = std::move(expiry);
    erase.reaps = true;
    erase.known_over = found.revision;
    return erase;
}

} // namespace engine
} // namespace mkdb
