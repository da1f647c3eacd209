#pragma once

#include "pymkdb/sightings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mkdb::pymkdb {

enum class finding_kind {
    refused,  ///< A record that is not taken, or that cannot even be named.
    resolved, ///< Index and log disagree, and what the record is can be known all the same: it is taken.
    left,     ///< Something in the files that is no record of the store.
};

[[nodiscard]] constexpr std::string_view to_string(finding_kind kind) noexcept {
    switch (kind) {
    case finding_kind::refused: return "refused";
    case finding_kind::resolved: return "resolved";
    case finding_kind::left: return "left";
    }
    return "refused";
}

/// Something that a person should know of, and where it is.
struct finding {
    finding_kind kind = finding_kind::refused;
    std::string file;       ///< Within the store's directory; empty: the directory itself.
    std::uint64_t line = 0; ///< 0: the file as a whole.
    std::optional<std::uint64_t> offset;
    std::string id; ///< Empty: unknown, or not about one record.
    std::string reason;
};

struct plan_options {
    bool take_unindexed = false; ///< Take records that only the log has.
};

/// Which versions are to be read, in the order in which they lie, and what was found wrong.
struct migration_plan {
    std::vector<source_record> records;
    std::vector<finding> findings;
    std::uint64_t deleted = 0;
    std::uint64_t unindexed = 0; ///< Ids that only the log has, not taken.
};

/// Decides about every id. The index says which records there are, the log which version of one is the newest. A record
/// whose newest version cannot be read is refused, never replaced by an older one. Pure.
[[nodiscard]] migration_plan make_plan(sightings const& seen, plan_options options = {});

} // namespace mkdb::pymkdb
